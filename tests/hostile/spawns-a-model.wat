;; Spawns a command that a model answers, without end.
;; world: interpreter
(module
  (import "invitro:remediation/commands@0.1.0" "spawn" (func $spawn (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 512) "sysctl-nkernel.ostype/")
  ;; The words: address and length of each.
  (data (i32.const 544) "\00\02\00\00\06\00\00\00\06\02\00\00\02\00\00\00\08\02\00\00\0d\00\00\00")
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
  (func (export "invitro:remediation/interpret@0.1.0#interpret") (param i32) (result i32)
    (loop $again (call $spawn (i32.const 544) (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 533) (i32.const 1) (i32.const 18) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 256)) (br $again))
    (unreachable)))
