//! The store that carries variables from one cell to the next.
//!
//! It stands in for the module `evcxr_internal_runtime` that evcxr writes into every cell: the same names and the
//! same behaviour, but compiled once. Only the casts are generic.

use kakunin::Lang;
use std::any::Any;
use std::collections::HashMap;
use std::sync::Arc;

/// A line that begins so tells evcxr that a variable was lost because its type is another one now.
pub const VARIABLE_CHANGED_TYPE: &str = "EVCXR_VARIABLE_CHANGED_TYPE:";

/// This line tells evcxr that a `?` ended the cell.
pub const USER_ERROR_OCCURRED: &str = "EVCXR_ERROR_OCCURRED";

/// Values by name, each of its own type.
#[derive(Default)]
pub struct VariableStore {
    values: HashMap<String, Box<dyn Any>>,
}

/// A value of a type of the notebook. To Rust, types of all cells with one name and the same field names are the same
/// type; `SHAPE` tells their definitions apart.
struct Shaped<T, const SHAPE: u64>(T);

/// A store that lives as long as the process.
pub fn create_variable_store() -> *mut VariableStore {
    Box::into_raw(Box::new(VariableStore::new()))
}

impl VariableStore {
    /// An empty store.
    pub fn new() -> VariableStore {
        VariableStore::default()
    }

    /// Keeps a value.
    pub fn put_variable<T: 'static>(&mut self, name: &str, value: T) {
        self.put(name, Box::new(value));
    }

    /// Whether the value of this name, if there is one, has this type. If not, says so to the learner and to evcxr.
    pub fn check_variable<T: 'static>(&mut self, name: &str) -> bool {
        let fits = self.values.get(name).is_none_or(|value| value.is::<T>());
        if !fits {
            lost(name);
        }
        fits
    }

    /// Takes a value out. Panics if there is none of this type, which [`check_variable`](Self::check_variable)
    /// rules out.
    pub fn take_variable<T: 'static>(&mut self, name: &str) -> T {
        match self.take(name).downcast() {
            Ok(value) => *value,
            Err(_) => of_another_type(name),
        }
    }

    /// [`put_variable`](Self::put_variable) for a type of the notebook: `SHAPE` stands for its definition.
    pub fn put_shaped<T: 'static, const SHAPE: u64>(&mut self, name: &str, value: T) {
        self.put_variable(name, Shaped::<T, SHAPE>(value));
    }

    /// [`check_variable`](Self::check_variable) for a type of the notebook.
    pub fn check_shaped<T: 'static, const SHAPE: u64>(&mut self, name: &str) -> bool {
        self.check_variable::<Shaped<T, SHAPE>>(name)
    }

    /// [`take_variable`](Self::take_variable) for a type of the notebook.
    pub fn take_shaped<T: 'static, const SHAPE: u64>(&mut self, name: &str) -> T {
        self.take_variable::<Shaped<T, SHAPE>>(name).0
    }

    /// The value of this name, created if there is none yet.
    pub fn lazy_arc<T: 'static, F: FnOnce() -> T>(&mut self, name: &str, create: F) -> Arc<T> {
        if !self.values.contains_key(name) {
            self.put(name, Box::new(Arc::new(create())));
        }
        match self.values.get(name).and_then(|value| value.downcast_ref::<Arc<T>>()) {
            Some(value) => Arc::clone(value),
            None => of_another_type(name),
        }
    }

    /// Takes over all values of another store.
    pub fn merge(&mut self, other: VariableStore) {
        self.values.extend(other.values);
    }

    fn put(&mut self, name: &str, value: Box<dyn Any>) {
        self.values.insert(name.to_owned(), value);
    }

    fn take(&mut self, name: &str) -> Box<dyn Any> {
        match self.values.remove(name) {
            Some(value) => value,
            None => panic!("the variable {name} is missing"),
        }
    }
}

fn lost(name: &str) {
    let told = Lang::current().pick(
        format!("変数 {name} は、型が定義し直されたので失われました。もう一度作ってください。"),
        format!("The variable {name} was lost, since its type was defined again; create it once more."),
    );
    eprintln!("{told}");
    println!("{VARIABLE_CHANGED_TYPE}{name}");
}

fn of_another_type(name: &str) -> ! {
    panic!("the variable {name} has another type")
}
