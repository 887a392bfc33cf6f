;; Makes a hook of the repository, and exits with the number of the error: 8 is not-permitted.
;; world: command-model
(module
  (import "invitro:remediation/files@0.1.0" "[method]workspace.create" (func $create (param i32 i32 i32 i32 i32 i32)))
  (import "invitro:remediation/files@0.1.0" "[resource-drop]workspace" (func $drop (param i32)))
  (memory (export "memory") 8)
  (data (i32.const 1024) "/.git/hooks/pre-commit")
  (global $free (mut i32) (i32.const 131072))
  (func (export "cabi_realloc") (param i32 i32 i32) (param $size i32) (result i32) (local $at i32)
    (local.set $at (i32.and (i32.add (global.get $free) (i32.const 4095)) (i32.const -4096)))
    (global.set $free (i32.add (local.get $at) (local.get $size)))
    (local.get $at))
  (func (export "invitro:remediation/model@0.1.0#names") (result i32)
    (i32.const 128))
  (func (export "invitro:remediation/model@0.1.0#run") (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (param $target i32) (result i32)
    (call $create (local.get $target) (i32.const 1024) (i32.const 22) (i32.const 493) (i32.const 0) (i32.const 256))
    (i32.store (i32.const 324) (i32.load8_u (i32.const 260)))
    (call $drop (local.get $target))
    (i32.const 320)))
