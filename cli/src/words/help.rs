//! Help: what stands on the first screen and around the options of every command.

use super::words;

words! {
    help_about() { ko: "직접 운영하는 마케팅 자동화 도구입니다.", en: "Marketing automation that you own." }
    help_usage() { ko: "사용법:", en: "Usage:" }
    help_options() { ko: "모든 명령의 옵션", en: "Options of every command" }
    help_more() {
        ko: "처음이라면: `rekindle demo`, 그다음 `rekindle init`\n명령 하나의 도움말과 예시: `rekindle COMMAND --help`\n문서: docs/, README.ko.md",
        en: "New here: `rekindle demo`, then `rekindle init`\nHelp and examples of one command: `rekindle COMMAND --help`\nDocs: docs/, README.md",
    }
    help_examples() { ko: "예시:", en: "Examples:" }
    help_docs() { ko: "문서:", en: "Docs:" }
    help_output() { ko: "출력", en: "Output" }
    help_which() { ko: "대상 시스템", en: "Which system" }
    help_arguments() { ko: "인자", en: "Arguments" }
    help_options_of() { ko: "옵션", en: "Options" }
    help_help() { ko: "도움말을 보여 줍니다", en: "Print help" }
    help_commands() { ko: "명령", en: "Commands" }
    group_begin() { ko: "시작하기", en: "Begin" }
    group_write() { ko: "캠페인 작성", en: "Write campaigns" }
    group_live() { ko: "게시와 운영", en: "Go live" }
    group_results() { ko: "성과 보기", en: "See results" }
    group_people() { ko: "사람과 개인정보", en: "People and their data" }
    group_operate() { ko: "시스템 점검", en: "Keep it running" }
    group_tools() { ko: "편집기와 셸", en: "Editors and shells" }
}
