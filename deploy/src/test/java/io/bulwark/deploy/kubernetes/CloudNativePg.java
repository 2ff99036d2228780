package io.bulwark.deploy.kubernetes;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.List;
import java.util.Map;

/**
 * CloudNativePG's {@code postgresql.cnpg.io/v1} and its plugin Barman Cloud's {@code barmancloud.cnpg.io/v1}, as far as
 * Bulwark uses them.
 *
 * <p>Source: the Go types in {@code api/v1} of cloudnative-pg/cloudnative-pg, 1.25 (plugins as WAL archivers: 1.26), and
 * the documentation of plugin-barman-cloud (both Apache-2.0).
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
            List<Plugin> plugins,
            ResourceRequirements resources,
            @JsonProperty(required = true) Storage storage) {}

    record Plugin(
            @JsonProperty(required = true) String name,
            @JsonProperty("isWALArchiver") boolean isWalArchiver,
            Map<String, String> parameters) {}

    record ScheduledBackup(
            @JsonProperty(required = true) String apiVersion,
            @JsonProperty(required = true) String kind,
            @JsonProperty(required = true) ObjectMeta metadata,
            @JsonProperty(required = true) ScheduledBackupSpec spec) {}

    record ScheduledBackupSpec(
            @JsonProperty(required = true) String schedule,
            boolean immediate,
            String backupOwnerReference,
            @JsonProperty(required = true) SecretName cluster,
            String method,
            Plugin pluginConfiguration) {}

    record ObjectStore(
            @JsonProperty(required = true) String apiVersion,
            @JsonProperty(required = true) String kind,
            @JsonProperty(required = true) ObjectMeta metadata,
            @JsonProperty(required = true) ObjectStoreSpec spec) {}

    record ObjectStoreSpec(
            String retentionPolicy,
            @JsonProperty(required = true) Store configuration) {}

    record Store(
            @JsonProperty(required = true) String destinationPath,
            String endpointURL,
            S3Credentials s3Credentials,
            Wal wal) {}

    record S3Credentials(SecretKey accessKeyId, SecretKey secretAccessKey, boolean inheritFromIAMRole) {}

    record SecretKey(
            @JsonProperty(required = true) String name,
            @JsonProperty(required = true) String key) {}

    record Wal(String compression) {}

    record Bootstrap(InitDb initdb) {}

    record InitDb(String database, String owner) {}

    record Managed(List<Role> roles) {}

    record Role(@JsonProperty(required = true) String name, String ensure, boolean login, SecretName passwordSecret) {}

    record SecretName(@JsonProperty(required = true) String name) {}

    record Storage(String size, String storageClass) {}
}
