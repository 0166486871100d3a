//! The entries that are none of the tree: the root DSE and the subschema.

use super::*;

#[tokio::test]
async fn the_root_dse_has_each_attribute_once() {
    let (_directory, client) = start().await;
    for selectors in [&["+"][..], &["*", "+"], &["subschemaSubentry"], &["numSubordinates", "2.5.18.10"]] {
        let search = SearchRequest::entry("").attributes(selectors.iter().copied());
        let root = client.search_one(search).await.unwrap();
        let names: Vec<_> = root.attributes().map(|own| own.description().to_owned()).collect();
        let count = |name: &str| names.iter().filter(|own| *own == name).count();
        assert!(names.iter().all(|name| count(name) == 1), "{names:?}");
        assert_eq!(count("subschemaSubentry"), 1, "{names:?}");
        // What is below it is not counted.
        assert_eq!((count("hasSubordinates"), count("numSubordinates")), (0, 0), "{names:?}");
        assert_eq!(root.values("subschemaSubentry").collect::<Vec<_>>(), [b"cn=Subschema"]);
    }
}
