;; Exports nothing.
(component
  (core module $m (func (export "f")))
  (core instance $a (instantiate $m)))
