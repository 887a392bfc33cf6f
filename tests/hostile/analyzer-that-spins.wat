;; An analyzer that asks for the units again and again.
;; world: analyzer
(module
  (import "invitro:remediation/facts@0.1.0" "units" (func $units (param i32)))
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "invitro:remediation/analyze@0.1.0#analyze") (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (param $target i32) (result i32)
    (loop $again (call $units (i32.const 128)) (br $again))
    (unreachable)))
