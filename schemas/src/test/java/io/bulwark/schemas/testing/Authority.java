package io.bulwark.schemas.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate authority of a test, with files as people have them: PKCS #12 and PEM. Certificates are for localhost
 * and 127.0.0.1.
 */
public final class Authority {

    /** The password of every PKCS #12 store. */
    public static final String STORE_PASSWORD = "store-secret";

    private static final Duration LONG = Duration.ofDays(30);

    private final Path folder;
    private final AtomicLong serial = new AtomicLong(1);
    private final KeyPair keys = newKeys();
    private final X509Certificate certificate;

    /** @param folder for its files */
    public Authority(Path folder, String name) {
        this.folder = folder;
        this.certificate = sign(name, keys, LONG, true);
    }

    /** A PKCS #12 truststore that holds the authority's certificate. */
    public Path truststore() {
        return store("trust", store -> store.setCertificateEntry("authority", certificate));
    }

    /** The authority's certificate as PEM. */
    public Path truststorePem() {
        return write("trust.pem", pem("CERTIFICATE", encoded(certificate)));
    }

    /** A PKCS #12 keystore with a new key and its certificate. */
    public Path keystore(String name) {
        return keystore(name, LONG);
    }

    /** The same, whose certificate ran out a day ago. */
    public Path expiredKeystore(String name) {
        return keystore(name, Duration.ofDays(-1));
    }

    /** A new key and its chain in one PEM file. */
    public Path keystorePem(String name) {
        KeyPair own = newKeys();
        X509Certificate signed = sign(name, own, LONG, false);
        return write(
                "key.pem",
                pem("PRIVATE KEY", own.getPrivate().getEncoded())
                        + pem("CERTIFICATE", encoded(signed))
                        + pem("CERTIFICATE", encoded(certificate)));
    }

    private Path keystore(String name, Duration validFor) {
        KeyPair own = newKeys();
        X509Certificate signed = sign(name, own, validFor, false);
        PrivateKey key = own.getPrivate();
        return store(
                "key",
                store -> store.setKeyEntry(
                        "key", key, STORE_PASSWORD.toCharArray(), new X509Certificate[] {signed, certificate}));
    }

    private X509Certificate sign(String name, KeyPair subject, Duration validFor, boolean isAuthority) {
        Instant end = Instant.now().plus(validFor);
        try {
            var issuer = isAuthority ? new X500Principal(name) : certificate.getSubjectX500Principal();
            var builder = new JcaX509v3CertificateBuilder(
                    issuer,
                    BigInteger.valueOf(serial.getAndIncrement()),
                    Date.from(end.minus(LONG).minus(LONG)),
                    Date.from(end),
                    new X500Principal(name),
                    subject.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isAuthority));
            if (!isAuthority) {
                var names = new GeneralName[] {
                    new GeneralName(GeneralName.dNSName, "localhost"),
                    new GeneralName(GeneralName.iPAddress, "127.0.0.1")
                };
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
        } catch (GeneralSecurityException | OperatorCreationException | IOException impossible) {
            throw new IllegalStateException("No certificate for " + name, impossible);
        }
    }

    private static KeyPair newKeys() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("Every JDK has this curve", impossible);
        }
    }

    private Path store(String kind, Filling filling) {
        Path file = file(kind + ".p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            filling.fill(store);
            store.store(out, STORE_PASSWORD.toCharArray());
            return file;
        } catch (GeneralSecurityException | IOException failed) {
            throw new IllegalStateException("No store " + file, failed);
        }
    }

    private Path write(String kind, String text) {
        try {
            return Files.writeString(file(kind), text);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private Path file(String kind) {
        return folder.resolve(serial.getAndIncrement() + "-" + kind);
    }

    private static String pem(String type, byte[] content) {
        return "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)
                + "\n-----END " + type + "-----\n";
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private interface Filling {
        void fill(KeyStore store) throws GeneralSecurityException;
    }
}
