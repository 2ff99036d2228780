package io.bulwark.schemas.auditlog;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * One row of a tenant's audit log.
 *
 * @param tenant whose log
 * @param position from 1 on, without gaps
 * @param at when; whole microseconds
 * @param actor who
 * @param action what was done, such as {@code review.decided}
 * @param subject to what, such as {@code item/<id>}
 * @param details more of it, a JSON object as text
 * @param previous hash of the row before it; {@link #FIRST} for the first
 * @param hash of this row
 */
public record AuditRow(
        String tenant,
        long position,
        Instant at,
        String actor,
        String action,
        String subject,
        String details,
        Digest previous,
        Digest hash) {

    /** What the first row of a tenant follows. */
    public static final Digest FIRST = new Digest(new byte[Digest.BYTES]);

    private static final byte[] DOMAIN = "bulwark-audit-1".getBytes(StandardCharsets.US_ASCII);

    /** The row that follows, with its hash. The time is cut to microseconds. */
    public static AuditRow after(
            Digest previous,
            String tenant,
            long position,
            Instant at,
            String actor,
            String action,
            String subject,
            String details) {
        Instant micros = at.truncatedTo(ChronoUnit.MICROS);
        AuditRow open = new AuditRow(tenant, position, micros, actor, action, subject, details, previous, FIRST);
        return new AuditRow(tenant, position, micros, actor, action, subject, details, previous, open.computedHash());
    }

    /** The hash that its fields have now; it differs from {@link #hash} where the row was edited. */
    public Digest computedHash() {
        try {
            var bytes = new ByteArrayOutputStream();
            var out = new DataOutputStream(bytes);
            out.write(DOMAIN);
            out.write(previous.bytes());
            out.writeLong(position);
            out.writeLong(ChronoUnit.MICROS.between(Instant.EPOCH, at));
            for (String field : new String[] {tenant, actor, action, subject, details}) {
                byte[] utf8 = field.getBytes(StandardCharsets.UTF_8);
                out.writeInt(utf8.length);
                out.write(utf8);
            }
            return new Digest(MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray()));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("Every Java has SHA-256.", absent);
        }
    }

    /** A SHA-256. Immutable. */
    public static final class Digest {

        /** Length. */
        public static final int BYTES = 32;

        private final byte[] bytes;

        /**
         * @param bytes {@value #BYTES}, copied
         * @throws IllegalArgumentException where it is not as long
         */
        public Digest(byte[] bytes) {
            if (bytes.length != BYTES) {
                throw new IllegalArgumentException("A SHA-256 has " + BYTES + " bytes, not " + bytes.length + ".");
            }
            this.bytes = bytes.clone();
        }

        /**
         * @param hex 64 hexadecimal digits
         * @throws IllegalArgumentException where it is not that
         */
        public static Digest parse(String hex) {
            return new Digest(HexFormat.of().parseHex(hex));
        }

        /** A copy of the bytes. */
        public byte[] bytes() {
            return bytes.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Digest digest && Arrays.equals(bytes, digest.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }

        /** In lower-case hexadecimal. */
        @Override
        public String toString() {
            return HexFormat.of().formatHex(bytes);
        }
    }
}
