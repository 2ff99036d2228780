package io.bulwark.stream.review.evidence;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals pictures and opens them: AES-256-GCM (NIST SP 800-38D) with a drawn nonce of 96 bits, which a key may do 2³²
 * times. Thread-safe.
 */
public final class EvidenceKeys {

    private static final String SETTING = "bulwark.review.evidence.key-file";
    private static final Pattern LINE = Pattern.compile("([A-Za-z0-9._-]{1,40}):([0-9a-fA-F]{64})");
    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final Map<String, SecretKeySpec> keys;
    private final String current;
    private final SecureRandom random = new SecureRandom();

    /**
     * What a picture belongs to; it opens for nothing else.
     *
     * @param strip whether it shows all frames
     */
    public record Subject(String tenant, UUID itemId, String contentSha256, boolean strip) {

        private byte[] bytes() {
            try (ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                    DataOutputStream out = new DataOutputStream(bytes)) {
                out.writeUTF(tenant);
                out.writeLong(itemId.getMostSignificantBits());
                out.writeLong(itemId.getLeastSignificantBits());
                out.writeUTF(contentSha256);
                out.writeBoolean(strip);
                return bytes.toByteArray();
            } catch (IOException inMemory) {
                throw new UncheckedIOException(inMemory);
            }
        }
    }

    /**
     * A sealed picture.
     *
     * @param bytes nonce, then what the cipher gave
     */
    public record Sealed(String keyId, byte[] bytes) {}

    private EvidenceKeys(Map<String, SecretKeySpec> keys) {
        this.keys = keys;
        this.current = keys.keySet().iterator().next();
    }

    /**
     * Reads a file of keys, a line each: a name, a colon, 64 hexadecimal digits. The first seals, all open.
     *
     * @return empty where the file holds nothing
     * @throws IllegalArgumentException naming setting and line that are wrong, and nothing of a key
     */
    public static Optional<EvidenceKeys> read(Path file) {
        return read(file, SETTING);
    }

    /**
     * The same, of keys for something else.
     *
     * @param setting that names the file
     */
    public static Optional<EvidenceKeys> read(Path file, String setting) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(
                    setting + " is " + file + ", which cannot be read: "
                            + unreadable.getClass().getSimpleName() + ".",
                    unreadable);
        }
        Map<String, SecretKeySpec> keys = new LinkedHashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty()) {
                continue;
            }
            Matcher parts = LINE.matcher(line);
            if (!parts.matches()
                    || keys.put(parts.group(1), new SecretKeySpec(HexFormat.of().parseHex(parts.group(2)), "AES"))
                            != null) {
                throw new IllegalArgumentException(setting + " is " + file + ", whose line " + (i + 1)
                        + " is not a name that stands once, a colon and 64 hexadecimal digits.");
            }
        }
        return keys.isEmpty() ? Optional.empty() : Optional.of(new EvidenceKeys(keys));
    }

    /** The name of the key that seals. */
    String current() {
        return current;
    }

    public Sealed seal(Subject subject, byte[] picture) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, keys.get(current), nonce, subject);
            ByteBuffer sealed = ByteBuffer.allocate(NONCE_BYTES + cipher.getOutputSize(picture.length));
            sealed.put(nonce).put(cipher.doFinal(picture));
            return new Sealed(current, sealed.array());
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("Every JDK has " + CIPHER, missing);
        }
    }

    /** The picture; empty where its key is not in the file any more, or it is not what was sealed for this subject. */
    public Optional<byte[]> open(Subject subject, Sealed sealed) {
        SecretKeySpec key = keys.get(sealed.keyId());
        if (key == null || sealed.bytes().length < NONCE_BYTES) {
            return Optional.empty();
        }
        byte[] nonce = new byte[NONCE_BYTES];
        ByteBuffer.wrap(sealed.bytes()).get(nonce);
        try {
            return Optional.of(cipher(Cipher.DECRYPT_MODE, key, nonce, subject)
                    .doFinal(sealed.bytes(), NONCE_BYTES, sealed.bytes().length - NONCE_BYTES));
        } catch (GeneralSecurityException altered) {
            return Optional.empty();
        }
    }

    private static Cipher cipher(int mode, SecretKeySpec key, byte[] nonce, Subject subject)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(CIPHER);
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(subject.bytes());
        return cipher;
    }
}
