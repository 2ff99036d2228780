/**
 * The Kubernetes manifests: rendered by {@code kubectl kustomize}, read with the typed models of those who define the
 * objects, and followed from each reference to what it names.
 *
 * <p>Decided here: the models of fabric8 (Kubernetes, Prometheus operator) and Strimzi are read with every unknown field
 * refused; KEDA publishes none for Java, so its three objects are written down as records from its published Go types.
 * Rejected: the published OpenAPI schemas with a JSON-schema validator (more to keep than to gain, and the schemas of
 * custom resources are not in a registry that the build could take them from).
 */
package io.bulwark.deploy.kubernetes;
