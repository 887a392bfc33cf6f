;; Two instances, each with a memory that is within the limit: their sum is not.
(component
  (core module $m (memory 160) (func (export "f")))
  (core instance $a (instantiate $m))
  (core instance $b (instantiate $m))
  (func $f (canon lift (core func $a "f")))
  (instance $role (export "check" (func $f)) (export "review" (func $f)))
  (export "invitro:remediation/validate@0.1.0" (instance $role)))
