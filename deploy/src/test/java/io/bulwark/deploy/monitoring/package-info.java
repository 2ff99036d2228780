/**
 * Alert rules and dashboards: their expressions name metrics and labels that the programs really export, and each alert
 * fires when it should and is silent when it should.
 *
 * <p>Decided here: an expression is taken apart by a small tokenizer ({@link io.bulwark.deploy.monitoring.PromQl}), since
 * no parser of PromQL is published for Java; that the expressions are well-formed is promtool's word, and that they can
 * be evaluated a real Prometheus'.
 */
package io.bulwark.deploy.monitoring;
