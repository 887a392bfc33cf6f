;; More memories than the pool gives to one component.
(component
  (core module $m (memory 1) (func (export "f")))
  (core instance $a (instantiate $m))
  (core instance (instantiate $m))
  (core instance (instantiate $m))
  (func $f (canon lift (core func $a "f")))
  (instance $role (export "check" (func $f)) (export "review" (func $f)))
  (export "invitro:remediation/validate@0.1.0" (instance $role)))
