;; Asks for a page of the package database again and again: the host reads all of it each time.
;; world: generator
(module
  (import "invitro:remediation/facts@0.1.0" "packages" (func $packages (param i64 i32)))
  (memory (export "memory") 64)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "invitro:remediation/propose@0.1.0#propose") (param i32) (result i32)
    (loop $again (call $packages (i64.const 0) (i32.const 64)) (br $again))
    (unreachable)))
