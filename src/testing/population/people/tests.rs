use std::collections::HashSet;

use super::*;
use crate::model::Dn;
use crate::testing::population::Template;

fn entries(size: u64, seed: u64) -> Vec<Entry> {
    Template::default().population(size, seed).unwrap().entries().collect()
}

/// FNV-1a over names, descriptions and values: stays the same with every compiler.
fn digest(entries: &[Entry]) -> u64 {
    let mut digest = 0xcbf2_9ce4_8422_2325_u64;
    let mut take = |octets: &[u8]| {
        for octet in octets.iter().chain(b"\n") {
            digest = (digest ^ u64::from(*octet)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    for entry in entries {
        take(entry.dn().as_bytes());
        for attribute in entry.attributes() {
            take(attribute.description().as_str().as_bytes());
            attribute.values().iter().for_each(|value| take(value));
        }
    }
    digest
}

#[test]
fn the_same_seed_gives_the_same_octets_and_another_gives_others() {
    assert_eq!(entries(500, 1), entries(500, 1));
    assert_ne!(digest(&entries(500, 1)), digest(&entries(500, 2)));
    assert_eq!(digest(&entries(500, 42)), KNOWN, "what a seed gives has changed for everybody who uses it");
}

/// The digest of 500 entries with seed 42.
const KNOWN: u64 = 4_739_155_420_890_325_679;

#[test]
fn the_size_is_the_one_that_was_asked_for() {
    for size in [8, 100, 5_000] {
        let population = Template::default().population(size, 1).unwrap();
        assert_eq!(population.size(), size);
        assert_eq!(population.entries().count() as u64, size);
    }
    let error = Template::default().population(7, 1).unwrap_err();
    assert_eq!(error.to_string(), "the template makes at least 8 entries");
}

#[test]
fn parents_come_first_names_are_unique_and_those_in_values_exist() {
    let mut known: HashSet<Dn> = HashSet::new();
    let mut groups = 0;
    for entry in entries(3_000, 7) {
        let dn = Dn::try_from(entry.dn()).unwrap();
        let is_suffix = known.is_empty();
        assert!(is_suffix || known.contains(&dn.parent().unwrap()), "{dn}");
        for ava in dn.rdn().unwrap().avas() {
            assert!(entry.has_value(ava.attribute(), ava.value()), "{dn}");
        }
        for name in ["manager", "member", "owner"] {
            for value in entry.values(name) {
                assert!(known.contains(&Dn::parse(value.as_str().unwrap()).unwrap()), "{value:?} in {dn}");
            }
        }
        groups += usize::from(!entry.values("member").is_empty());
        for attribute in entry.attributes() {
            let distinct: HashSet<_> = attribute.values().iter().collect();
            assert_eq!(distinct.len(), attribute.values().len(), "{attribute:?} of {dn}");
        }
        assert!(known.insert(dn), "{:?}", entry.dn());
    }
    assert_eq!(groups, 60);
}

#[test]
fn people_have_names_of_several_scripts_photos_and_options() {
    let entries = entries(3_000, 7);
    let people: Vec<_> = entries.iter().filter(|entry| entry.attribute("uid").is_some()).collect();
    for (lowest, highest) in [('а', 'я'), ('α', 'ω'), ('ا', 'ي'), ('अ', 'ह'), ('一', '龥'), ('ぁ', 'ん')]
    {
        let is_written = |text: &str| text.chars().any(|character| (lowest..=highest).contains(&character));
        assert!(people.iter().any(|person| is_written(person.first_text("cn").unwrap())), "{lowest}");
    }
    assert!(
        people
            .iter()
            .any(|person| person.values("jpegPhoto").iter().any(|photo| photo.starts_with(b"\xff\xd8\xff")))
    );
    assert!(people.iter().any(|person| person.attribute("cn;lang-ja").is_some()));
    assert!(people.len() > 2_500);
}

#[test]
fn a_template_of_ones_own_is_followed() {
    let text = "let top = o=Top\n[top]\ndn: {top}\nx: {time}\n\n[unit in top: 2]\ndn: ou={index 3}\nl *2: {pick a|b}\n\
        [leaf in unit: 3]\ndn: cn=#{index}, {number 5}\nabove: {parent}\nfriend: {dn leaf}\n";
    let template = Template::parse_with(text, &[("top", "o=Own")]).unwrap();
    let entries: Vec<_> = template.population(9, 1).unwrap().entries().collect();
    let names: Vec<_> = entries.iter().map(|entry| entry.dn().as_str()).collect();
    assert_eq!(names[..3], ["o=Own", "ou=000,o=Own", "ou=001,o=Own"]);
    assert_eq!(names[3], r"cn=\#0\, 5,ou=000,o=Own");
    assert_eq!(names[8], r"cn=\#5\, 5,ou=001,o=Own");
    assert_eq!(entries[8].first_text("above"), Some("ou=001,o=Own"));
    assert!(entries[3].attribute("friend").is_none());
    assert_eq!(entries[4].first_text("friend"), Some(names[3]));
    assert_eq!(entries[0].first_text("x").map(str::len), Some(15));
    assert!(template.population(8, 1).is_err());
    assert_eq!(template.population(1_000, 1).unwrap().size(), 9);
}
