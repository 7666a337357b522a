//! Cells as evcxr would compile them, with a store of their own: a vector of numbers.

extern crate prelude;

use std::hint::black_box;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::Command;
use std::sync::Mutex;

/// For measurements.
static HEAP: Mutex<Vec<u8>> = Mutex::new(Vec::new());

type Store = Vec<i64>;

fn cell(store: *mut Store, body: impl FnOnce(&mut Store)) -> *mut Store {
    let store = if store.is_null() { Box::into_raw(Box::default()) } else { store };
    if catch_unwind(AssertUnwindSafe(|| body(unsafe { &mut *store }))).is_err() {
        println!("EVCXR_PANIC_NOTIFICATION");
    }
    store
}

macro_rules! cells {
    ($($name:ident($numbers:ident) $body:block)*) => {$(
        #[unsafe(no_mangle)]
        pub extern "C" fn $name(store: *mut Store) -> *mut Store {
            cell(store, |$numbers| $body)
        }
    )*};
}

fn dive(depth: u64) -> u64 {
    let room = black_box([depth; 64]);
    if depth == u64::MAX { 0 } else { dive(depth + 1) + room[1] }
}

fn forever() -> ! {
    println!("ready");
    loop {
        black_box(0);
    }
}

fn read_line() -> String {
    let mut line = String::new();
    let count = std::io::stdin().read_line(&mut line).unwrap();
    format!("{count} {line:?}")
}

fn block(header: &str, content: &str) {
    println!("EVCXR_BEGIN_CONTENT {header}\n{content}\nEVCXR_END_CONTENT");
}

cells! {
    push(numbers) { numbers.push(numbers.len() as i64); }
    show(numbers) { println!("{numbers:?}"); }
    spin(numbers) { numbers.push(-1); forever(); }
    spin_unready(numbers) { numbers.push(-1); loop { black_box(0); } }
    overflow(numbers) { numbers.push(-1); black_box(dive(0)); }
    overflow_in_thread(numbers) { numbers.push(-1); let _ = std::thread::spawn(|| black_box(dive(0))).join(); }
    null(numbers) { numbers.push(-1); unsafe { black_box(std::ptr::null_mut::<u8>()).write_volatile(1) }; }
    exit_3(numbers) { numbers.push(-1); std::process::exit(3); }
    exit_0(numbers) { numbers.push(-1); std::process::exit(0); }
    abort(numbers) { numbers.push(-1); std::process::abort(); }
    killed(numbers) {
        numbers.push(-1);
        let _ = Command::new("kill").args(["-9", &std::process::id().to_string()]).status();
        forever();
    }
    illegal(numbers) {
        numbers.push(-1);
        #[cfg(target_arch = "x86_64")]
        unsafe { std::arch::asm!("ud2") };
        #[cfg(target_arch = "aarch64")]
        unsafe { std::arch::asm!("udf #0") };
    }
    allocate(numbers) { numbers.push(-1); black_box(vec![1_u8; 4 << 30]); }
    panic(numbers) { numbers.push(-1); panic!("broken"); }
    question_mark(numbers) {
        numbers.push(-1);
        println!("\x1eKAKUNIN {{\"error\":{{\"message\":\"bad digit\",\"type\":\"ParseIntError\"}}}}");
        println!("EVCXR_ERROR_OCCURRED");
    }
    panic_in_thread(numbers) {
        numbers.push(1);
        let _ = std::thread::spawn(|| panic!("only a thread")).join();
    }
    type_changed(_numbers) { println!("EVCXR_VARIABLE_CHANGED_TYPE:x"); }
    start_thread(numbers) {
        numbers.push(numbers.len() as i64);
        std::thread::spawn(|| loop { std::thread::park(); });
    }
    speak_later(_numbers) {
        std::thread::spawn(|| {
            std::thread::sleep(std::time::Duration::from_millis(50));
            println!("later");
        });
    }
    half_a_line(numbers) {
        numbers.push(-1);
        print!("half");
        let _ = std::io::stdout().flush();
        loop { black_box(0); }
    }
    unterminated(_numbers) { print!("no newline"); }
    broken_text(_numbers) {
        let _ = std::io::stdout().write_all(b"a\xffb\n");
        let _ = std::io::stderr().write_all(b"c\xe5\xad");
    }
    displays(_numbers) {
        print!("text ");
        block("text/plain", "1");
        block("text/plain", "2");
        block("text/html display=a", "3");
        block("text/html update=a", "4");
        println!("\x1eKAKUNIN {{\"clear\":{{\"wait\":false}}}}");
    }
    ask(_numbers) { println!("EVCXR_INPUT_REQUEST:name: "); println!("{}", read_line()); }
    ask_password(_numbers) { println!("EVCXR_INPUT_REQUEST_PASSWORD:key"); println!("{}", read_line()); }
    read(_numbers) {
        print!("who? ");
        let _ = std::io::stdout().flush();
        println!("{}", read_line());
    }
    prompt_and_read(_numbers) {
        print!("hello\nname? ");
        println!("{}", read_line());
    }
    read_twice(_numbers) {
        let lines = [read_line(), read_line()];
        println!("{}", lines.join(" "));
    }
    many_lines(_numbers) { for i in 0..100_000 { println!("{i:01000}"); } }
    endless_lines(numbers) { numbers.push(-1); loop { println!("{:01000}", 0); } }
    start_children(numbers) {
        numbers.push(-1);
        let child = Command::new("sleep").arg("1000").spawn().unwrap();
        let _ = Command::new("sh").args(["-c", "setsid sleep 1000 >/dev/null 2>&1 & echo $!"]).status();
        println!("{}", child.id());
        forever();
    }
    start_server(_numbers) { println!("{}", Command::new("sleep").arg("1000").spawn().unwrap().id()); }
    listen(numbers) {
        numbers.push(7);
        println!("ready");
        while !prelude::interrupted() {}
        println!("stopped");
    }
    listen_badly(numbers) {
        numbers.push(-1);
        prelude::interrupted();
        forever();
    }
    gigabyte(_numbers) { *HEAP.lock().unwrap() = vec![1; 1 << 30]; }
    rewrite_gigabyte(_numbers) { HEAP.lock().unwrap().iter_mut().step_by(4096).for_each(|byte| *byte += 1); }
    nothing(_numbers) {}
    environment(_numbers) {
        println!("{:?} {:?}", std::env::var("KAKUNIN_KERNEL"), std::env::var("KAKUNIN_RUNTIME").is_err());
    }
    linger(_numbers) { println!("{}", std::process::id()); }
}
