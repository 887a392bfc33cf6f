;; Wants a memory for threads.
(component
  (core module $m (memory 1 1 shared) (func (export "f")))
  (core instance $a (instantiate $m))
  (func $f (canon lift (core func $a "f")))
  (instance $role (export "check" (func $f)) (export "review" (func $f)))
  (export "invitro:remediation/validate@0.1.0" (instance $role)))
