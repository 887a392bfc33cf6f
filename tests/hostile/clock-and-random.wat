;; Prints the clock and sixteen random bytes: equal runs print equal bytes.
;; world: command-model
(module
  (import "invitro:remediation/surroundings@0.1.0" "now" (func $now (result i64)))
  (import "invitro:remediation/surroundings@0.1.0" "random" (func $random (param i32 i32)))
  (import "invitro:remediation/files@0.1.0" "[resource-drop]workspace" (func $drop (param i32)))
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "invitro:remediation/model@0.1.0#names") (result i32)
    (i32.const 128))
  (func (export "invitro:remediation/model@0.1.0#run") (param $target.argv i32) (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (param $target i32) (result i32) (local $n i32)
    (i64.store (i32.const 512) (call $now))
    (call $random (i32.const 16) (i32.const 256))
    (memory.copy (i32.const 520) (i32.load (i32.const 256)) (i32.const 16))
    ;; As text: each byte and 0x3f, plus 0x30.
    (loop $again
      (i32.store8 (i32.add (i32.const 512) (local.get $n)) (i32.add (i32.and (i32.load8_u (i32.add (i32.const 512) (local.get $n))) (i32.const 0x3f)) (i32.const 0x30)))
      (br_if $again (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 24))))
    (i32.store (i32.const 320) (i32.const 0))
    (i32.store (i32.const 328) (i32.const 512))
    (i32.store (i32.const 332) (i32.const 24))
    (call $drop (local.get $target))
    (i32.const 320)))
