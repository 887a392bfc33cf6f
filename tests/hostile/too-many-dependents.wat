;; Says that two thousand things hang on what is touched, where a thousand are taken.
;; world: analyzer
(module
  (import "invitro:remediation/files@0.1.0" "[resource-drop]tree" (func $drop (param i32)))
  (memory (export "memory") 4)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "invitro:remediation/analyze@0.1.0#analyze") (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (param $target i32) (result i32)
    (call $drop (local.get $target))
    (i32.store (i32.const 132) (i32.const 65536))
    (i32.store (i32.const 136) (i32.const 2000))
    (i32.const 128)))
