/**
 * The Kubernetes manifests: rendered by {@code kubectl kustomize}, read with the typed models of those who define the
 * objects, and followed from each reference to what it names. The chart with the values of production is one of them.
 *
 * <p>The Helm chart has templates by hand, in the shape that other charts have, with topics, users, alert rules and
 * dashboards linked from the manifests. A test compares it with the overlay {@code cpu} object by object, so that the two
 * sets cannot drift apart. Rejected: overlays as Kustomize renders them inside one template, as it was until 2026-11-29.
 * It could not drift, but took no value that had not been thought of: neither tolerations nor a second release in a
 * namespace.
 *
 * <p>Decided here: the models of fabric8 (Kubernetes, Prometheus operator) and Strimzi are read with every unknown field
 * refused; KEDA publishes none for Java, so its three objects are written down as records from its published Go types.
 * What these models do not know, which fields are required and which words are allowed, is in {@code
 * kubernetes/kubernetes.json} of the test resources, made of Kubernetes' Go types by the script beside it. Custom
 * resources have no such schema here: theirs are not in a package that the build could take them from.
 */
package io.bulwark.deploy.kubernetes;
