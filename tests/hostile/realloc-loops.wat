;; Turns forever when the host asks for room.
;; world: validator
(module
  (import "invitro:remediation/files@0.1.0" "[resource-drop]tree" (func $drop (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 64) "\00\00\00\00\01") ;; ok(gone)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (loop $again (br $again)) (unreachable))
  (func (export "invitro:remediation/validate@0.1.0#check") (param i32) (result i32)

    (call $drop (i32.const 1)) ;; the borrowed tree: the first handle of a fresh instance
    (i32.const 64))
  (func (export "invitro:remediation/validate@0.1.0#review") (param i32) (result i32) (unreachable)))
