//! Files of any size in little memory.

use std::io::Read;

use ldapwire::files::{Diff, DiffOptions, Order, Records};
use ldapwire::ldif::Writer;
use ldapwire::testing::population::{Population, Template};

use crate::counting::counted;

/// A file that is made while it is read.
struct Generated {
    population: Population,
    writer: Writer,
    text: Vec<u8>,
    taken: usize,
    octets: u64,
}

impl Generated {
    fn new(template: &Template, entries: u64) -> Self {
        let population = template.population(entries, 1).unwrap();
        Self { population, writer: Writer::new(), text: Vec::new(), taken: 0, octets: 0 }
    }

    fn make(&mut self) {
        self.text.clear();
        self.taken = 0;
        let Some(member) = self.population.next_member() else { return };
        self.writer.line("dn", member.dn().as_bytes(), &mut self.text).unwrap();
        for (name, value) in member.lines() {
            self.writer.line(name, value, &mut self.text).unwrap();
        }
        self.text.push(b'\n');
    }
}

impl Read for Generated {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.taken == self.text.len() {
            self.make();
        }
        let count = buffer.len().min(self.text.len() - self.taken);
        buffer[..count].copy_from_slice(&self.text[self.taken..self.taken + count]);
        self.taken += count;
        self.octets += count as u64;
        Ok(count)
    }
}

const MIB: isize = 1024 * 1024;

/// People with photos, so that one record has up to one MiB.
fn large_records() -> Template {
    Template::parse(
        "[top]\ndn: o=top\nobjectClass: organization\n[person in top: rest]\ndn: uid={uid}\ncn: {given} {family}\nsn: \
         {family}\ndescription *1..20: {words 5..20}\njpegPhoto ?1%: {photo 1000..700000}\n",
    )
    .unwrap()
}

/// Reads so many octets, and returns the most that was held meanwhile.
fn peak_over(octets: u64) -> isize {
    let mut read = 0;
    let ((), counts) = counted(|| {
        let mut records = Records::new(Generated::new(&large_records(), u64::MAX / 2));
        while read < octets {
            let record = records.next_ref().expect("it does not end").unwrap();
            read = record.position().offset();
        }
    });
    counts.peak
}

#[test]
fn a_file_is_read_in_little_memory() {
    let peak = peak_over(16 * 1024 * 1024);
    assert!(peak < 8 * MIB, "{peak} octets");
}

#[test]
#[ignore = "reads one GiB"]
fn a_file_of_a_gibibyte_is_read_in_16_mebibytes() {
    let peak = peak_over(1024 * 1024 * 1024);
    assert!(peak < 16 * MIB, "{peak} octets");
}

#[test]
fn records_in_place_cost_no_allocation_each() {
    let text = {
        let mut text = Vec::new();
        Generated::new(&Template::default(), 2_000).read_to_end(&mut text).unwrap();
        text
    };
    let read = |limit: u64| {
        let ((), counts) = counted(|| {
            let mut records = Records::new(&text[..]);
            let mut count = 0;
            while count < limit {
                let Some(record) = records.next_ref() else { break };
                record.unwrap();
                count += 1;
            }
        });
        counts.allocations
    };
    let (some, all) = (read(1_000), read(2_000));
    assert!(all - some < 20, "{some} for the first half, {all} for all");
}

#[test]
fn files_are_compared_in_little_memory() {
    let template = Template::default();
    let (changes, counts) = counted(|| {
        let (old, new) = (Generated::new(&template, 20_000), Generated::new(&template, 20_100));
        let options = DiffOptions::new().order(Order::Any).memory(1024 * 1024);
        Diff::new(Records::new(old), Records::new(new), options).unwrap().map(Result::unwrap).count()
    });
    assert!(changes > 100);
    assert!(counts.peak < 16 * MIB, "{} octets", counts.peak);
}
