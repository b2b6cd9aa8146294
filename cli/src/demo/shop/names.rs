//! Common given names, each with its letters in an address.

/// Those of customers who read Korean.
pub const KOREAN: [(&str, &str); 20] = [
    ("민지", "minji"),
    ("서준", "seojun"),
    ("하은", "haeun"),
    ("도윤", "doyun"),
    ("지우", "jiwoo"),
    ("예준", "yejun"),
    ("수아", "sua"),
    ("시우", "siwoo"),
    ("은서", "eunseo"),
    ("지훈", "jihoon"),
    ("유진", "yujin"),
    ("현우", "hyunwoo"),
    ("다은", "daeun"),
    ("준호", "junho"),
    ("소연", "soyeon"),
    ("태민", "taemin"),
    ("나연", "nayeon"),
    ("성호", "sungho"),
    ("미경", "mikyung"),
    ("영수", "youngsoo"),
];
/// Those of customers who read English.
pub const ENGLISH: [(&str, &str); 12] = [
    ("Emma", "emma"),
    ("Noah", "noah"),
    ("Olivia", "olivia"),
    ("Liam", "liam"),
    ("Grace", "grace"),
    ("Ben", "ben"),
    ("Zoe", "zoe"),
    ("Daniel", "daniel"),
    ("Hannah", "hannah"),
    ("Marco", "marco"),
    ("Aisha", "aisha"),
    ("Tom", "tom"),
];
