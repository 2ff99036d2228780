package io.bulwark.schemas.connection;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.config.types.Password;

/** Kafka's settings for a truststore and a keystore. The kind of a file is told by its content, not by its name. */
final class Stores {

    private static final byte[] JKS = {(byte) 0xfe, (byte) 0xed, (byte) 0xfe, (byte) 0xed};
    private static final int LOOK_AT = 1 << 16;

    private Stores() {}

    /** @throws IOException if the file cannot be read */
    static Map<String, Object> truststore(Path file, Optional<Password> password) throws IOException {
        var properties = new HashMap<String, Object>();
        properties.put(SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG, file.toString());
        properties.put(SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG, type(file));
        password.ifPresent(given -> properties.put(SslConfigs.SSL_TRUSTSTORE_PASSWORD_CONFIG, given));
        return properties;
    }

    /** @throws IOException if the file cannot be read */
    static Map<String, Object> keystore(Path file, Optional<Password> password) throws IOException {
        var properties = new HashMap<String, Object>();
        String type = type(file);
        properties.put(SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG, file.toString());
        properties.put(SslConfigs.SSL_KEYSTORE_TYPE_CONFIG, type);
        password.ifPresent(given -> {
            properties.put(SslConfigs.SSL_KEY_PASSWORD_CONFIG, given);
            if (!type.equals("PEM")) { // Kafka refuses a store password for PEM
                properties.put(SslConfigs.SSL_KEYSTORE_PASSWORD_CONFIG, given);
            }
        });
        return properties;
    }

    private static String type(Path file) throws IOException {
        byte[] head;
        try (var in = Files.newInputStream(file)) {
            head = in.readNBytes(LOOK_AT);
        }
        if (new String(head, StandardCharsets.ISO_8859_1).contains("-----BEGIN ")) {
            return "PEM";
        }
        return Arrays.equals(Arrays.copyOf(head, JKS.length), JKS) ? "JKS" : "PKCS12";
    }
}
