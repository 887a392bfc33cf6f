;; Prints 2 MiB.
;; world: interpreter
(module
  (import "invitro:remediation/files@0.1.0" "[resource-drop]workspace" (func $drop (param i32)))
  (memory (export "memory") 40)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "invitro:remediation/interpret@0.1.0#interpret") (param i32) (result i32)
    (call $drop (i32.const 1)) ;; the borrowed workspace: the first handle of a fresh instance
    (i32.store (i32.const 72) (i32.const 4096))
    (i32.store (i32.const 76) (i32.const 2097152))
    (i32.const 64)))
