/**
 * The Helm chart: what Kustomize renders, with a release's values put in. Helm itself renders it here, as a library.
 *
 * <p>The chart adds no manifests. {@code deploy/helm/assemble} renders each overlay into it, with placeholders where
 * the overlay's {@code platform.yaml} has values, and one template puts the values in. Templates written by hand would have
 * been a second set of manifests that drifts from the first.
 */
package io.bulwark.deploy.helm;
