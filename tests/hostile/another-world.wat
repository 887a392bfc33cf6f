;; Is a module, but of another world.
(component
  (core module $m (func (export "f")))
  (core instance $a (instantiate $m))
  (func $f (canon lift (core func $a "f")))
  (instance $role (export "propose" (func $f)))
  (export "invitro:remediation/propose@0.1.0" (instance $role)))
