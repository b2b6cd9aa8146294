//! What the help of each command has beside its options. Every field is wanted: a command without Korean does not compile.

use crate::words::Words;

/// What commands are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    Begin,
    Write,
    LiveCampaign,
    Results,
    People,
    Operate,
    Tools,
}

/// In the order in which they are shown.
pub const GROUPS: [Group; 7] =
    [Group::Begin, Group::Write, Group::LiveCampaign, Group::Results, Group::People, Group::Operate, Group::Tools];

impl Group {
    /// What stands above its commands.
    pub fn title(self, words: Words) -> String {
        match self {
            Self::Begin => words.group_begin(),
            Self::Write => words.group_write(),
            Self::LiveCampaign => words.group_live(),
            Self::Results => words.group_results(),
            Self::People => words.group_people(),
            Self::Operate => words.group_operate(),
            Self::Tools => words.group_tools(),
        }
    }
}

/// One command.
pub struct Page {
    /// Its names from the first on: `unknown resend`.
    pub path: &'static str,
    /// Where it stands on the first screen; commands of commands stand nowhere.
    pub group: Option<Group>,
    /// What it does, in Korean; the English stands with its arguments.
    pub ko: &'static str,
    /// What else is to be said, in Korean and in English.
    pub notes: [&'static str; 2],
    /// As people type them.
    pub examples: &'static [&'static str],
    /// The document that tells more.
    pub docs: &'static str,
}

const NOTHING: [&str; 2] = ["", ""];
const EXITS: [&str; 2] = [
    "종료 코드: 0 달라지는 것 없음, 2 달라지는 것 있음, 1 이대로는 게시할 수 없음.",
    "Exit code: 0 nothing changes, 2 something changes, 1 it cannot be published as it is.",
];

macro_rules! pages {
    ($($path:literal, $group:expr, $ko:literal, $notes:expr, $docs:literal: $($example:literal),+;)*) => {
        /// Every command, in the order of the first screen.
        pub const PAGES: [Page; pages!(@count $($path)*)] = [
            $(Page { path: $path, group: $group, ko: $ko, notes: $notes, examples: &[$($example),+], docs: $docs }),*
        ];
    };
    (@count) => { 0 };
    (@count $first:literal $($rest:literal)*) => { 1 + pages!(@count $($rest)*) };
}

pages! {
    "demo", Some(Group::Begin), "쇼핑몰의 과거 주문을 가상 시간으로 전체 시스템에 흘려보내고 결과를 보여 줍니다.", NOTHING, "README.md":
        "rekindle demo", "rekindle demo --orders orders.csv";
    "dev", Some(Group::Begin), "전체 시스템을 이 컴퓨터에서 실행합니다: AWS 엔드포인트, 메일함, 시계.", NOTHING, "README.md":
        "rekindle dev", "rekindle dev --speed 1d", "rekindle dev --format jsonl";
    "mailbox", Some(Group::Begin), "시간을 멈춘 채 데모의 메일을 봅니다.", NOTHING, "README.md":
        "rekindle mailbox", "rekindle mailbox --state .rekindle/demo --port 8080";
    "init", Some(Group::Begin), "레시피가 든 작업 폴더를 만들어 시작합니다.", NOTHING, "docs/first-live-campaign.md":
        "rekindle init --list", "rekindle init campaigns --recipe welcome win-back";
    "validate", Some(Group::Write), "작업 폴더의 모든 문제를 한 번에 찾습니다.", NOTHING, "docs/language.md":
        "rekindle validate campaigns", "rekindle validate campaigns --format json";
    "explain", Some(Group::Write), "문제 코드의 뜻과 이유, 올바른 예를 보여 줍니다.", NOTHING, "docs/language.md":
        "rekindle explain C061", "rekindle explain --lang ko C061", "rekindle explain";
    "fmt", Some(Group::Write), "캠페인에 빠진 단계 id를 써 넣습니다.", NOTHING, "docs/language.md":
        "rekindle fmt campaigns", "rekindle fmt --check campaigns";
    "preview", Some(Group::Write), "받는 사람이 보게 될 그대로 메일을 파일로 만듭니다.", NOTHING, "docs/language.md":
        "rekindle preview campaigns", "rekindle preview campaigns --mail hello --locale ko";
    "simulate", Some(Group::Write), "기록된 과거에 캠페인이 무엇을 했을지 보여 줍니다. 아무것도 보내지 않습니다.", NOTHING, "README.md":
        "rekindle simulate --events past.jsonl", "rekindle simulate --events past.jsonl --until 2026-06-01 --format jsonl",
        "rekindle simulate --events past.jsonl --compare campaigns-next";
    "plan", Some(Group::LiveCampaign), "폴더를 게시하면 무엇이 달라지고, 안에 있는 사람들이 어떻게 되는지 보여 줍니다.", EXITS, "docs/operations.md":
        "rekindle plan campaigns", "rekindle plan campaigns --choose welcome/hello=move:hello-again",
        "rekindle plan campaigns --aws --table rekindle-prod --without-people";
    "publish", Some(Group::LiveCampaign), "폴더 전체를 게시합니다. 게시마다 번호가 붙습니다.", NOTHING, "docs/operations.md":
        "rekindle publish campaigns --note 'spring sale'", "rekindle publish campaigns --aws --table rekindle-prod";
    "campaigns", Some(Group::LiveCampaign), "캠페인별 상태, 버전, 안에 있는 사람, 최근 메일을 한눈에 보여 줍니다.", NOTHING, "docs/operations.md":
        "rekindle campaigns", "rekindle campaigns --format json --days 30";
    "history", Some(Group::LiveCampaign), "언제 무엇을 게시했고 운영자가 무엇을 했는지 보여 줍니다.", NOTHING, "docs/operations.md":
        "rekindle history", "rekindle history --format jsonl";
    "rollback", Some(Group::LiveCampaign), "이전 게시 내용을 다시 적용합니다.", NOTHING, "docs/operations.md":
        "rekindle rollback 3 --dry-run", "rekindle rollback 3 --reason 'wrong subject'";
    "pause", Some(Group::LiveCampaign), "캠페인의 진입과 발송을 멈춥니다. 모두 제자리에 머무릅니다.", NOTHING, "docs/operations.md":
        "rekindle pause welcome --reason 'wrong link in the first mail'";
    "resume", Some(Group::LiveCampaign), "일시 중지한 캠페인을 다시 진행합니다.", NOTHING, "docs/operations.md":
        "rekindle resume welcome --dry-run", "rekindle resume welcome --reason 'the link is mended' --yes";
    "stats", Some(Group::Results), "캠페인의 성과를 숫자로 보여 줍니다.", NOTHING, "docs/operations.md":
        "rekindle stats win-back", "rekindle stats win-back --json", "rekindle stats --recount";
    "survey", Some(Group::Results), "설문 결과와 그 확실성, 응답자를 보여 줍니다.", NOTHING, "docs/pages.md":
        "rekindle survey nps", "rekindle survey nps/ask --comments 50";
    "offer", Some(Group::Results), "혜택 코드의 성과와 남은 수량을 보여 줍니다.", NOTHING, "docs/offers.md":
        "rekindle offer gift", "rekindle offer win-back/gift --json";
    "pool", Some(Group::Results), "코드 묶음에 코드를 넣거나 남은 수를 봅니다.", NOTHING, "docs/offers.md":
        "rekindle pool spring", "rekindle pool spring --add codes.txt";
    "person", Some(Group::People), "한 사람의 모든 것과 메일을 받았거나 받지 않은 이유를 보여 줍니다.", NOTHING, "docs/operations.md":
        "rekindle person c-0289", "rekindle person ann@example.com --format json";
    "enrol", Some(Group::People), "한 사람을 캠페인에 넣습니다.", NOTHING, "docs/operations.md":
        "rekindle enrol welcome c-0289 --reason 'asked for it'",
        "rekindle enrol cart c-0289 --entry '{\"cart_id\":\"7\"}' --reason 'a test'";
    "exit", Some(Group::People), "한 사람의 캠페인 등록을 끝냅니다.", NOTHING, "docs/operations.md":
        "rekindle exit welcome c-0289 --reason 'asked for it'";
    "consent", Some(Group::People), "누가 언제 어떻게 어디에서 무엇에 동의했는지 보여 줍니다.", NOTHING, "docs/privacy.md":
        "rekindle consent c-0289", "rekindle consent c-0289 --json";
    "export", Some(Group::People), "한 사람에 관해 보관한 모든 것을 JSON으로 내보냅니다.", NOTHING, "docs/privacy.md":
        "rekindle export c-0289", "rekindle export c-0289 --aws --archive archive";
    "erase", Some(Group::People), "한 사람을 모든 곳에서 지웁니다. 되돌릴 수 없습니다.", NOTHING, "docs/privacy.md":
        "rekindle erase c-0289 --dry-run", "rekindle erase c-0289 --yes";
    "import", Some(Group::People), "다른 곳에서 동의한 사람들을 동의한 곳과 때와 함께 들여옵니다.", NOTHING, "docs/privacy.md":
        "rekindle import people.jsonl --source 'old newsletter' --as-of 2026-03-01 --dry-run",
        "rekindle import people.jsonl --source 'old newsletter' --as-of 2026-03-01T00:00:00+09:00 --yes";
    "status", Some(Group::Operate), "시스템이 잘 돌고 있는지 보여 줍니다: 시계, 대기열, 멈춘 캠페인, 결과 미확인 메일.", NOTHING, "docs/operations.md":
        "rekindle status", "rekindle status --aws --table rekindle-prod --json";
    "audit", Some(Group::Operate), "필요 이상으로 오래 기다리는 사람과 그 이유를 찾습니다.", NOTHING, "docs/operations.md":
        "rekindle audit", "rekindle audit --aws --table rekindle-prod --json";
    "sweep", Some(Group::Operate), "전체 순회가 어디까지 왔는지 보여 줍니다.", NOTHING, "docs/operations.md":
        "rekindle sweep status --watch", "rekindle sweep start";
    "sweep status", None, "게시와 재개 뒤에 전체 순회가 어디까지 왔는지 보여 줍니다.", NOTHING, "docs/operations.md":
        "rekindle sweep status", "rekindle sweep status --watch";
    "sweep start", None, "게시, 되돌리기, 재개 뒤에 아직 남은 전체 순회를 이어서 합니다.", NOTHING, "docs/operations.md":
        "rekindle sweep start";
    "unknown", Some(Group::Operate), "발송됐는지 알 수 없는 메일을 보여 주고, 다시 보내거나 포기합니다.", NOTHING, "docs/runbook/unknown-mails.md":
        "rekindle unknown list", "rekindle unknown resend SEND_ID --reason 'an outage'";
    "unknown list", None, "오래된 것부터 보여 줍니다.", NOTHING, "docs/runbook/unknown-mails.md":
        "rekindle unknown list", "rekindle unknown list --format jsonl";
    "unknown resend", None, "다시 보냅니다. 이미 받은 사람은 두 번 받습니다.", NOTHING, "docs/runbook/unknown-mails.md":
        "rekindle unknown resend SEND_ID --reason 'an outage' --yes";
    "unknown drop", None, "더 기다리지 않습니다. 받지 못한 사람은 영영 받지 못합니다.", NOTHING, "docs/runbook/unknown-mails.md":
        "rekindle unknown drop SEND_ID --reason 'too late now' --yes";
    "redrive", Some(Group::Operate), "스트림이 넘기지 못한 변경을 하루 안에 다시 넘깁니다.", NOTHING, "docs/runbook/undelivered.md":
        "rekindle redrive --aws --table rekindle-prod";
    "doctor", Some(Group::Operate), "AWS 스테이지와 발신 도메인이 보낼 준비가 됐는지 보고 할 일을 알려 줍니다.", NOTHING, "docs/first-live-campaign.md":
        "rekindle doctor --aws --table rekindle-prod", "rekindle doctor --domain shop.example.com";
    "schema", Some(Group::Tools), "편집기가 파일을 검사하는 JSON Schema를 씁니다.", NOTHING, "docs/language.md":
        "rekindle schema", "rekindle schema --check";
    "reference", Some(Group::Tools), "캠페인 언어 설명서 docs/language.md와 한국어판을 씁니다.", NOTHING, "docs/language.md":
        "rekindle reference", "rekindle reference --check";
    "completions", Some(Group::Tools), "셸 자동 완성 스크립트를 출력합니다.", NOTHING, "README.md":
        "rekindle completions bash > ~/.local/share/bash-completion/completions/rekindle",
        "rekindle completions zsh > ~/.zfunc/_rekindle";
    "man", Some(Group::Tools), "명령마다 man 페이지를 씁니다.", NOTHING, "README.md":
        "rekindle man ~/.local/share/man/man1";
    "sample", None, "캠페인을 시험해 볼 가상의 과거를 씁니다.", NOTHING, "README.md":
        "rekindle sample --events 1000 --people 100 --out past.jsonl";
}

/// What options say that many commands share, in Korean; the English stands with the options.
pub const SHARED: [(&str, &str); 17] = [
    ("format", "출력 형식: 사람이 읽는 글, JSON, 또는 한 줄에 하나씩 쓰는 JSON"),
    ("json", "--format json과 같습니다"),
    ("lang", "언어. 기본값: LC_ALL, LC_MESSAGES, LANG에 따름"),
    ("color", "색을 쓸 때. auto는 터미널에서, NO_COLOR가 없을 때"),
    ("quiet", "요청한 내용과 질문, 오류만 출력합니다"),
    ("state", "로컬 시스템의 폴더. 기본값: 가장 최근 `dev`나 `demo`의 폴더"),
    ("endpoint", "폴더를 쓰는 프로세스의 주소. 기본값: 프로세스가 알리는 주소"),
    ("aws", "환경이나 프로필에 자격 증명이 있는 AWS 계정의 스테이지"),
    ("region", "리전. 기본값: 환경(AWS_REGION)이나 프로필의 리전"),
    ("table", "고객 테이블. `make deploy`가 출력합니다"),
    ("secret", "Secrets Manager의 시크릿. 기본값: 테이블 이름"),
    ("sweep_queue", "전체 순회의 대기열. 기본값: 테이블 이름에 `-sweep`을 붙인 이름"),
    ("shards", "기다리는 사람의 색인을 나눈 수. 함수 설정과 같아야 합니다"),
    ("yes", "묻지 않고 실행합니다"),
    ("dry_run", "무엇을 할지 보여 주기만 합니다"),
    ("reason", "이유. 기록에 남습니다"),
    ("by", "실행한 사람. 기본값: 이 컴퓨터의 사용자"),
];
