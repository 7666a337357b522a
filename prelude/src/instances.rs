//! Generic code for the types that cells use most, compiled here so that no cell has to.
//!
//! rustc takes an instance from a library instead of compiling it again if both are compiled at an optimisation
//! level below 2 (the levels at which it shares generics). So this crate is, see the workspace's `Cargo.toml`; the
//! crates below it, where the work is done, stay at 3. Nothing here is ever called.

use crate::store::VariableStore;
use kakunin::{Experiment, History, Split, Training};
use ndarray::{Array1, Array2, ArrayD, ArrayView1, ArrayView2, Axis, s};
use std::fmt::Debug;
use std::hint::black_box;
use std::sync::Arc;

/// One use of everything.
pub fn instances(store: &mut VariableStore, data: &Arc<Split>) {
    numbers::<f64>(store, 1.0);
    numbers::<f32>(store, 1.0);
    arrays();
    stored(store);
    let _ = black_box(kakunin::optimizer::BASE.run(0, data));
    println!("{} {} {:.3} {:?}", black_box(1.0_f64), black_box(1_usize), black_box(1.0_f64), black_box(""));
    println!("{:?} {:?} {:?}", data, store.check_variable::<Training>(""), String::new());
}

fn numbers<T: Debug + Copy + 'static>(store: &mut VariableStore, x: T) {
    let v: Vec<T> = black_box(vec![x; 3]);
    println!("{v:?} {:?} {:?}", &v[..], v.first());
    store.put_variable("", v.clone());
    store.put_variable("", Array1::from(v.clone()));
    store.put_variable("", Array2::from_elem((2, 2), x));
    store.check_variable::<Vec<T>>("");
    store.check_variable::<Array1<T>>("");
    store.check_variable::<Array2<T>>("");
    black_box((
        store.take_variable::<Vec<T>>(""),
        store.take_variable::<Array1<T>>(""),
        store.take_variable::<Array2<T>>(""),
    ));
}

fn stored(store: &mut VariableStore) {
    macro_rules! stored {
        ($($t:ty),*) => {$(
            if store.check_variable::<$t>("") {
                let value = store.take_variable::<$t>("");
                store.put_variable::<$t>("", value);
            }
        )*};
    }
    stored!(
        f64,
        f32,
        i32,
        i64,
        u32,
        u64,
        usize,
        bool,
        String,
        &'static str,
        Vec<String>,
        Vec<usize>,
        Vec<i32>
    );
    stored!(History, Vec<History>, Experiment, Training, Arc<Split>, kakunin::Hits, kakunin::Point);
    stored!(kakunin::notebook::DisplayHandle, kakunin::Matrix, Vec<(f64, f64)>);
}

/// Matrices, vectors and numbers, by value and by reference.
macro_rules! arithmetic {
    ($a:expr, $v:expr, $x:expr, $($op:tt)*) => {$(
        black_box((&$a $op &$a, $a.clone() $op &$a, &$a $op $a.clone(), $a.clone() $op $a.clone()));
        black_box((&$v $op &$v, $v.clone() $op &$v, &$v $op $v.clone(), $v.clone() $op $v.clone()));
        black_box((&$a $op &$v, $a.clone() $op &$v));
        black_box((&$a $op $x, $a.clone() $op $x, $x $op &$a, $x $op $a.clone()));
        black_box((&$v $op $x, $v.clone() $op $x, $x $op &$v, $x $op $v.clone()));
    )*};
}

macro_rules! of_floats {
    ($name:ident, $t:ty) => {
        fn $name() {
            let a: Array2<$t> = Array2::from_shape_fn((3, 3), |(i, j)| (i + j) as $t);
            let v: Array1<$t> = Array1::from_vec(vec![1.0; 3]);
            let from_rows = ndarray::arr2(&[[1.0 as $t, 2.0], [3.0, 4.0]]);
            let small = ndarray::arr1(&[1.0 as $t, 2.0, 3.0]);
            let zeros = (Array2::<$t>::zeros((2, 3)), Array1::<$t>::zeros(3), Array2::<$t>::ones((2, 3)));
            let more = (Array1::<$t>::ones(3), Array2::<$t>::eye(3), Array1::<$t>::linspace(0.0, 1.0, 5));
            arithmetic!(a, v, 2.0 as $t, + - * /);
            let products = (a.dot(&a), a.dot(&v), v.dot(&a), v.dot(&v), a.t().dot(&a), a.dot(&a.t()));
            let sums = (a.sum(), v.sum(), a.mean(), v.mean(), a.sum_axis(Axis(0)), a.mean_axis(Axis(1)));
            let maps = (a.mapv(<$t>::exp as fn($t) -> $t), v.mapv(<$t>::exp as fn($t) -> $t));
            let views = (a.row(0).to_owned(), a.column(0).to_owned(), a.slice(s![0..2, ..]).to_owned());
            let shapes = (a.shape().to_vec(), a.dim(), v.len(), a.nrows(), a.t().to_owned(), a == a.clone());
            let folds =
                (a.iter().sum::<$t>(), v.iter().copied().fold(0.0, <$t>::max), a.var(0.0), v.std(0.0));
            let mut changed = (a.clone(), v.clone());
            changed.0 += &a;
            changed.0 -= &a;
            changed.0 *= 2.0;
            changed.1 += &v;
            changed.1 -= &(&v * 0.1);
            changed.0[[0, 0]] = a[[1, 1]] + v[0];
            println!("{a:?} {v:?} {a} {v} {:?} {:?} {:?}", a.view(), v.view(), a.shape());
            black_box((from_rows, small, zeros, more, products));
            black_box((-&a, -&v, -a.clone(), -v.clone(), sums, maps, views, shapes, folds, changed));
            black_box((debug::<ArrayD<$t>>, debug::<ArrayView1<'_, $t>>, debug::<ArrayView2<'_, $t>>));
        }
    };
}

of_floats!(of_f64, f64);
of_floats!(of_f32, f32);

fn arrays() {
    of_f64();
    of_f32();
}

fn debug<T: Debug>(value: &T) -> String {
    format!("{value:?}")
}
