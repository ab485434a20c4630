//! Queries of GraphQL, parsed. It knows no query of buyin's: any that is well formed is read.

use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Literal {
    Variable(String),
    /// An enum value, `true`, `false` or `null`.
    Word(String),
    Text(String),
    Number(i64),
    List(Vec<Literal>),
    Object(Vec<(String, Literal)>),
}

#[derive(Debug, Clone)]
pub(super) enum Selection {
    Field { alias: String, name: String, arguments: Vec<(String, Literal)>, set: Vec<Selection> },
    Spread(String),
    Inline { on: String, set: Vec<Selection> },
}

#[derive(Debug, Default)]
pub(super) struct Document {
    /// Name and type.
    pub(super) variables: Vec<(String, String)>,
    pub(super) set: Vec<Selection>,
    /// By name: the type it is on, and what it selects.
    pub(super) fragments: BTreeMap<String, (String, Vec<Selection>)>,
}

pub(super) fn parse(text: &str) -> Result<Document, String> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0 };
    let mut document = Document::default();
    while let Some(word) = parser.peek() {
        match word {
            "query" => {
                parser.next()?;
                if parser.eat("(") {
                    while !parser.eat(")") {
                        parser.expect("$")?;
                        let name = parser.next()?;
                        parser.expect(":")?;
                        let kind = parser.kind()?;
                        document.variables.push((name, kind));
                        parser.eat(",");
                    }
                }
                document.set = parser.set()?;
            }
            "fragment" => {
                parser.next()?;
                let name = parser.next()?;
                parser.expect("on")?;
                let on = parser.next()?;
                document.fragments.insert(name, (on, parser.set()?));
            }
            other => return Err(format!("unexpected {other}")),
        }
    }
    Ok(document)
}

fn tokens(text: &str) -> Result<Vec<String>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("...") {
            3
        } else if first == '"' {
            rest[1..].find('"').ok_or("a text without an end")? + 2
        } else if first.is_ascii_alphanumeric() || first == '_' || first == '-' {
            rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-')).unwrap_or(rest.len())
        } else if "{}()[]:!$=,".contains(first) {
            1
        } else {
            return Err(format!("unexpected {first:?}"));
        };
        tokens.push(rest[..length].to_owned());
        rest = rest[length..].trim_start();
    }
    Ok(tokens)
}

struct Parser {
    tokens: Vec<String>,
    at: usize,
}

impl Parser {
    fn peek(&self) -> Option<&str> {
        self.tokens.get(self.at).map(String::as_str)
    }

    fn next(&mut self) -> Result<String, String> {
        self.at += 1;
        self.tokens.get(self.at - 1).cloned().ok_or_else(|| "the query ends too early".to_owned())
    }

    fn eat(&mut self, token: &str) -> bool {
        let found = self.peek() == Some(token);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, token: &str) -> Result<(), String> {
        let found = self.next()?;
        if found == token { Ok(()) } else { Err(format!("expected {token}, found {found}")) }
    }

    fn kind(&mut self) -> Result<String, String> {
        let mut kind = self.next()?;
        if kind == "[" {
            kind = format!("[{}]", self.kind()?);
            self.expect("]")?;
        }
        if self.eat("!") {
            kind.push('!');
        }
        Ok(kind)
    }

    fn set(&mut self) -> Result<Vec<Selection>, String> {
        self.expect("{")?;
        let mut set = Vec::new();
        while !self.eat("}") {
            if self.eat(",") {
                continue;
            }
            if self.eat("...") {
                if self.eat("on") {
                    let on = self.next()?;
                    set.push(Selection::Inline { on, set: self.set()? });
                } else {
                    set.push(Selection::Spread(self.next()?));
                }
                continue;
            }
            let mut name = self.next()?;
            let mut alias = name.clone();
            if self.eat(":") {
                alias = std::mem::replace(&mut name, self.next()?);
            }
            let mut arguments = Vec::new();
            if self.eat("(") {
                while !self.eat(")") {
                    let argument = self.next()?;
                    self.expect(":")?;
                    arguments.push((argument, self.literal()?));
                    self.eat(",");
                }
            }
            let set_of = if self.peek() == Some("{") { self.set()? } else { Vec::new() };
            set.push(Selection::Field { alias, name, arguments, set: set_of });
        }
        if set.is_empty() { Err("an empty selection".to_owned()) } else { Ok(set) }
    }

    fn literal(&mut self) -> Result<Literal, String> {
        let token = self.next()?;
        Ok(match token.as_str() {
            "$" => Literal::Variable(self.next()?),
            "[" => {
                let mut items = Vec::new();
                while !self.eat("]") {
                    items.push(self.literal()?);
                    self.eat(",");
                }
                Literal::List(items)
            }
            "{" => {
                let mut fields = Vec::new();
                while !self.eat("}") {
                    let name = self.next()?;
                    self.expect(":")?;
                    fields.push((name, self.literal()?));
                    self.eat(",");
                }
                Literal::Object(fields)
            }
            text if text.starts_with('"') => Literal::Text(text.trim_matches('"').to_owned()),
            text => text.parse().map_or_else(|_| Literal::Word(text.to_owned()), Literal::Number),
        })
    }
}
