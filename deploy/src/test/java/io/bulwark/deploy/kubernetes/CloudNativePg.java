package io.bulwark.deploy.kubernetes;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.List;

/**
 * CloudNativePG's cluster of {@code postgresql.cnpg.io/v1}, as far as Bulwark uses it.
 *
 * <p>Source: the Go types in {@code api/v1/cluster_types.go} of cloudnative-pg/cloudnative-pg, 1.25 (Apache-2.0).
 */
final class CloudNativePg {

    private CloudNativePg() {}

    record Cluster(
            @JsonProperty(required = true) String apiVersion,
            @JsonProperty(required = true) String kind,
            @JsonProperty(required = true) ObjectMeta metadata,
            @JsonProperty(required = true) ClusterSpec spec) {}

    record ClusterSpec(
            @JsonProperty(required = true) int instances,
            String imageName,
            Bootstrap bootstrap,
            Managed managed,
            @JsonProperty(required = true) Storage storage) {}

    record Bootstrap(InitDb initdb) {}

    record InitDb(String database, String owner) {}

    record Managed(List<Role> roles) {}

    record Role(@JsonProperty(required = true) String name, String ensure, boolean login, SecretName passwordSecret) {}

    record SecretName(@JsonProperty(required = true) String name) {}

    record Storage(String size, String storageClass) {}
}
