package io.bulwark.stream.access;

import io.bulwark.stream.StreamConfig;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.lang.JoseException;

/**
 * Signs and checks who an instance asks another for: a JSON web token under HMAC-SHA-256 with a key from
 * {@code bulwark.access.secret}. It holds for one path and for half a minute. Thread-safe.
 */
@Singleton
public class HopTokens {

    /** The header that carries the token. */
    public static final String HEADER = "Bulwark-Hop-Token";

    private static final String PURPOSE = "bulwark hop";
    private static final String PATH = "path";
    private static final String TENANT = "tenant";
    private static final String ROLES = "roles";
    private static final float LIFETIME_MINUTES = 0.5f;
    private static final int CLOCKS_DIFFER_SECONDS = 30;

    private final Optional<Key> key;
    private final Optional<JwtConsumer> reader;

    @Inject
    HopTokens(StreamConfig config) {
        this(config.access().secret());
    }

    /** @param secret that all instances share; without it nothing is signed and nothing believed */
    public HopTokens(Optional<String> secret) {
        key = secret.map(HopTokens::keyFrom);
        reader = key.map(present -> new JwtConsumerBuilder()
                .setVerificationKey(present)
                .setJwsAlgorithmConstraints(
                        AlgorithmConstraints.ConstraintType.PERMIT, AlgorithmIdentifiers.HMAC_SHA256)
                .setExpectedAudience(PURPOSE)
                .setRequireSubject()
                .setRequireExpirationTime()
                .setAllowedClockSkewInSeconds(CLOCKS_DIFFER_SECONDS)
                .build());
    }

    /**
     * A token for one question.
     *
     * @param uri path and query as they are asked
     * @return empty where there is no secret
     */
    public Optional<String> sign(Visitor visitor, String uri) {
        return key.map(present -> {
            var claims = new JwtClaims();
            claims.setAudience(PURPOSE);
            claims.setSubject(visitor.name());
            claims.setStringClaim(TENANT, visitor.tenantName());
            claims.setStringListClaim(ROLES, List.copyOf(visitor.roles()));
            claims.setStringClaim(PATH, Gate.today(uri));
            claims.setExpirationTimeMinutesInTheFuture(LIFETIME_MINUTES);
            var signature = new JsonWebSignature();
            signature.setPayload(claims.toJson());
            signature.setKey(present);
            signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.HMAC_SHA256);
            try {
                return signature.getCompactSerialization();
            } catch (JoseException impossible) {
                throw new IllegalStateException("A token of a hop cannot be signed", impossible);
            }
        });
    }

    /** Who is asked for; empty where the token is not ours, too old, or for another path. */
    public Optional<Visitor> visitor(String token, String uri) {
        try {
            JwtClaims claims = reader.isEmpty() ? null : reader.get().processToClaims(token);
            if (claims == null || !Gate.today(uri).equals(claims.getStringClaimValue(PATH))) {
                return Optional.empty();
            }
            return Optional.of(Visitor.of(
                    claims.getSubject(),
                    claims.getStringClaimValue(TENANT),
                    Set.copyOf(claims.getStringListClaimValue(ROLES))));
        } catch (InvalidJwtException | MalformedClaimException wrong) {
            return Optional.empty();
        }
    }

    private static Key keyFrom(String secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return new SecretKeySpec(mac.doFinal(PURPOSE.getBytes(StandardCharsets.UTF_8)), "HmacSHA256");
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("Every JDK has HmacSHA256", missing);
        }
    }
}
