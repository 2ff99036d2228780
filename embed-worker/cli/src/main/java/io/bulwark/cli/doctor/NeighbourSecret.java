package io.bulwark.cli.doctor;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** What files of secrets hold. Each is taken here where moderation-stream's class of the same purpose takes it. */
enum NeighbourSecret {
    /** {@code whsec_} and 24 to 64 bytes in Base64, as Standard Webhooks writes it. */
    WEBHOOK("a secret of webhooks", NeighbourSecret::signs),
    /** One line of a header. */
    API_KEY("an API key", Pattern.compile("[!-~]{1,512}").asMatchPredicate()),
    /** In PEM, as Coop shows it. */
    PUBLIC_KEY("an RSA public key in PEM", NeighbourSecret::verifies);

    private static final String PREFIX = "whsec_";
    private static final int LEAST_BYTES = 24;
    private static final int MOST_BYTES = 64;

    private final String what;
    private final Predicate<String> holds;

    NeighbourSecret(String what, Predicate<String> holds) {
        this.what = what;
        this.holds = holds;
    }

    /** What it is, in words. */
    String what() {
        return what;
    }

    /** Whether the text of a file, without whitespace around it, is one. */
    boolean isIn(String text) {
        return holds.test(text);
    }

    private static boolean signs(String text) {
        try {
            int bytes =
                    text.startsWith(PREFIX) ? Base64.getDecoder().decode(text.substring(PREFIX.length())).length : 0;
            return bytes >= LEAST_BYTES && bytes <= MOST_BYTES;
        } catch (IllegalArgumentException noBase64) {
            return false;
        }
    }

    private static boolean verifies(String pem) {
        try {
            String base64 =
                    pem.replaceAll("-----(BEGIN|END) PUBLIC KEY-----", "").replaceAll("\\s", "");
            KeyFactory.getInstance("RSA")
                    .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(base64)));
            return true;
        } catch (GeneralSecurityException | IllegalArgumentException noKey) {
            return false;
        }
    }
}
