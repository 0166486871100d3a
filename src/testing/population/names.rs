//! People's names, in several scripts.

/// Names of one language.
pub(super) struct Names {
    /// The option that RFC 3866 has for the language, without `lang-`.
    pub(super) language: &'static str,
    /// How many of a hundred people have such names.
    pub(super) share: u64,
    /// Given names: as they are written, and in ASCII letters.
    pub(super) given: [(&'static str, &'static str); 10],
    /// Family names: as they are written, and in ASCII letters.
    pub(super) family: [(&'static str, &'static str); 10],
}

#[rustfmt::skip]
pub(super) const NAMES: [Names; 10] = [
    Names {
        language: "en", share: 40,
        given: [("Ada", "ada"), ("Grace", "grace"), ("Alan", "alan"), ("Barbara", "barbara"), ("Edward", "edward"),
            ("Frances", "frances"), ("George", "george"), ("Harriet", "harriet"), ("Ian", "ian"), ("Joan", "joan")],
        family: [("Clark", "clark"), ("O'Brien", "obrien"), ("Smith", "smith"), ("Taylor-Jones", "taylorjones"),
            ("Walker", "walker"), ("Young", "young"), ("Hughes", "hughes"), ("McLeod", "mcleod"), ("Price", "price"),
            ("Reed", "reed")],
    },
    Names {
        language: "de", share: 10,
        given: [("Jürgen", "juergen"), ("Käthe", "kaethe"), ("Björn", "bjoern"), ("Anna", "anna"), ("Götz", "goetz"),
            ("Lukas", "lukas"), ("Änne", "aenne"), ("Sören", "soeren"), ("Ute", "ute"), ("Veit", "veit")],
        family: [("Müller", "mueller"), ("Größe", "groesse"), ("Schäfer", "schaefer"), ("Weiß", "weiss"),
            ("König", "koenig"), ("Böhm", "boehm"), ("Krüger", "krueger"), ("Vogel", "vogel"),
            ("Jäger", "jaeger"), ("Lang", "lang")],
    },
    Names {
        language: "fr", share: 8,
        given: [("Zoë", "zoe"), ("François", "francois"), ("Hélène", "helene"), ("Jérôme", "jerome"), ("Léa", "lea"),
            ("Noël", "noel"), ("Océane", "oceane"), ("Rémi", "remi"), ("Thérèse", "therese"), ("Yves", "yves")],
        family: [("Lefèvre", "lefevre"), ("Beaulieu", "beaulieu"), ("Châtelet", "chatelet"), ("Dubois", "dubois"),
            ("Garçon", "garcon"), ("Hébert", "hebert"), ("L'Hôpital", "lhopital"), ("Moreau", "moreau"),
            ("Périer", "perier"), ("Saint-Exupéry", "saintexupery")],
    },
    Names {
        language: "pl", share: 6,
        given: [("Łukasz", "lukasz"), ("Żaneta", "zaneta"), ("Zofia", "zofia"), ("Michał", "michal"), ("Józef", "jozef"),
            ("Agnieszka", "agnieszka"), ("Paweł", "pawel"), ("Małgorzata", "malgorzata"), ("Wacław", "waclaw"),
            ("Ewa", "ewa")],
        family: [("Wójcik", "wojcik"), ("Dąbrowska", "dabrowska"), ("Zieliński", "zielinski"), ("Szymańska", "szymanska"),
            ("Kozłowski", "kozlowski"), ("Jabłońska", "jablonska"), ("Król", "krol"), ("Wróbel", "wrobel"),
            ("Śliwa", "sliwa"), ("Żak", "zak")],
    },
    Names {
        language: "ru", share: 8,
        given: [("Анна", "anna"), ("Борис", "boris"), ("Вера", "vera"), ("Григорий", "grigory"), ("Дарья", "darya"),
            ("Евгений", "evgeny"), ("Жанна", "zhanna"), ("Игорь", "igor"), ("Ксения", "ksenia"), ("Лев", "lev")],
        family: [("Иванов", "ivanov"), ("Кузнецова", "kuznetsova"), ("Морозов", "morozov"), ("Новикова", "novikova"),
            ("Орлов", "orlov"), ("Павлова", "pavlova"), ("Соколов", "sokolov"), ("Фёдорова", "fedorova"),
            ("Чернов", "chernov"), ("Щукина", "shchukina")],
    },
    Names {
        language: "el", share: 5,
        given: [("Αλέξανδρος", "alexandros"), ("Βασιλική", "vasiliki"), ("Γιώργος", "giorgos"), ("Δήμητρα", "dimitra"),
            ("Ελένη", "eleni"), ("Θανάσης", "thanasis"), ("Ιωάννα", "ioanna"), ("Κώστας", "kostas"),
            ("Μαρία", "maria"), ("Νίκος", "nikos")],
        family: [("Αγγελόπουλος", "angelopoulos"), ("Βλάχος", "vlachos"), ("Γεωργίου", "georgiou"),
            ("Δημητρίου", "dimitriou"), ("Καραμανής", "karamanis"), ("Λάμπρου", "lamprou"), ("Μακρής", "makris"),
            ("Νικολάου", "nikolaou"), ("Παπαδάκης", "papadakis"), ("Ξένος", "xenos")],
    },
    Names {
        language: "ar", share: 6,
        given: [("أحمد", "ahmad"), ("بسمة", "basma"), ("جمال", "jamal"), ("حنان", "hanan"), ("خالد", "khalid"),
            ("دينا", "dina"), ("رشيد", "rashid"), ("سلمى", "salma"), ("طارق", "tariq"), ("ليلى", "layla")],
        family: [("الأمين", "alamin"), ("البغدادي", "albaghdadi"), ("حداد", "haddad"), ("خوري", "khoury"),
            ("درويش", "darwish"), ("سليمان", "sulayman"), ("شاهين", "shahin"), ("عباس", "abbas"),
            ("فارس", "faris"), ("منصور", "mansour")],
    },
    Names {
        language: "hi", share: 6,
        given: [("अमित", "amit"), ("आशा", "asha"), ("गीता", "geeta"), ("दीपक", "deepak"), ("नेहा", "neha"),
            ("प्रिया", "priya"), ("राहुल", "rahul"), ("लता", "lata"), ("विजय", "vijay"), ("सुनील", "sunil")],
        family: [("शर्मा", "sharma"), ("गुप्ता", "gupta"), ("वर्मा", "verma"), ("सिंह", "singh"), ("मेहता", "mehta"),
            ("जोशी", "joshi"), ("पटेल", "patel"), ("राव", "rao"), ("मिश्रा", "mishra"), ("चौधरी", "chaudhary")],
    },
    Names {
        language: "zh", share: 7,
        given: [("伟", "wei"), ("芳", "fang"), ("秀英", "xiuying"), ("娜", "na"), ("敏", "min"), ("静", "jing"),
            ("强", "qiang"), ("磊", "lei"), ("洋", "yang"), ("艳", "yan")],
        family: [("王", "wang"), ("李", "li"), ("张", "zhang"), ("刘", "liu"), ("陈", "chen"), ("杨", "yang"),
            ("赵", "zhao"), ("黄", "huang"), ("周", "zhou"), ("吴", "wu")],
    },
    Names {
        language: "ja", share: 4,
        given: [("さくら", "sakura"), ("大輔", "daisuke"), ("花子", "hanako"), ("健太", "kenta"), ("美咲", "misaki"),
            ("直樹", "naoki"), ("陽子", "yoko"), ("リサ", "risa"), ("翔", "sho"), ("太郎", "taro")],
        family: [("佐藤", "sato"), ("鈴木", "suzuki"), ("高橋", "takahashi"), ("田中", "tanaka"), ("渡辺", "watanabe"),
            ("伊藤", "ito"), ("山本", "yamamoto"), ("中村", "nakamura"), ("小林", "kobayashi"), ("加藤", "kato")],
    },
];

/// Words of descriptions.
pub(super) const WORDS: [&str; 24] = [
    "account", "archive", "branch", "budget", "central", "customer", "delivery", "design", "export", "field",
    "harbour", "index", "journal", "library", "market", "north", "office", "partner", "quality", "region",
    "service", "training", "workshop", "yearly",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_those_of_a_hundred_and_names_have_an_ascii_form() {
        assert_eq!(NAMES.iter().map(|names| names.share).sum::<u64>(), 100);
        for names in &NAMES {
            for (own, ascii) in names.given.iter().chain(&names.family) {
                assert!(
                    !own.is_empty() && ascii.bytes().all(|octet| octet.is_ascii_lowercase()),
                    "{own} {ascii}"
                );
            }
        }
    }
}
