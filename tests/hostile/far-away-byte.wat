;; Writes one byte at 2^40: a file of a tebibyte for one call.
;; world: command-model
(module
  (import "invitro:remediation/files@0.1.0" "[method]workspace.write" (func $write (param i32 i32 i32 i64 i32 i32 i32)))
  (import "invitro:remediation/files@0.1.0" "[method]workspace.create" (func $create (param i32 i32 i32 i32 i32 i32)))
  (import "invitro:remediation/files@0.1.0" "[resource-drop]workspace" (func $drop (param i32)))
  (memory (export "memory") 32)
  (data (i32.const 512) "/x")
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "invitro:remediation/model@0.1.0#names") (result i32)
    (i32.const 128))
  (func (export "invitro:remediation/model@0.1.0#run") (param $target.argv i32) (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (param $target i32) (result i32)
    (call $create (local.get $target) (i32.const 512) (i32.const 2) (i32.const 420) (i32.const 0) (i32.const 256))
    (call $write (local.get $target) (i32.const 512) (i32.const 2) (i64.const 0x10000000000) (i32.const 4096) (i32.const 1) (i32.const 256))
    ;; What the call answered is the exit status: 0 would be success.
    (i32.store (i32.const 320) (i32.const 0))
    (i32.store (i32.const 324) (i32.load8_u (i32.const 256)))
    (call $drop (local.get $target))
    (i32.const 320)))
