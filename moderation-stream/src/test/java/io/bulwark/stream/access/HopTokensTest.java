package io.bulwark.stream.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HopTokensTest {

    private static final String SECRET = "a secret of more than thirty-two letters";
    private static final Visitor ANA = Visitor.of("ana", "shop", Set.of(Roles.REVIEWER));
    private static final String PATH = "/api/v1/decisions/i?limit=5";

    private final HopTokens tokens = new HopTokens(Optional.of(SECRET));

    @Test
    void theOtherInstanceLearnsForWhomItIsAsked() {
        String token = tokens.sign(ANA, PATH).orElseThrow();
        assertThat(new HopTokens(Optional.of(SECRET)).visitor(token, PATH)).contains(ANA);
    }

    @Test
    void anOldAddressIsTheSameAsTodays() {
        String token = tokens.sign(ANA, "/api/verdicts/i").orElseThrow();
        assertThat(tokens.visitor(token, "/api/v1/verdicts/i")).contains(ANA);
    }

    @Test
    void aTokenHoldsForOnePathAlone() {
        String token = tokens.sign(ANA, PATH).orElseThrow();
        assertThat(tokens.visitor(token, "/api/v1/decisions/other?limit=5")).isEmpty();
        assertThat(tokens.visitor(token, "/api/v1/decisions/i?limit=6")).isEmpty();
    }

    @Test
    void anotherSecretATouchedTokenAndNoTokenAreNotBelieved() {
        String token = tokens.sign(ANA, PATH).orElseThrow();
        assertThat(new HopTokens(Optional.of(SECRET + "!")).visitor(token, PATH))
                .isEmpty();
        assertThat(tokens.visitor(token.substring(0, token.length() - 2) + "AA", PATH))
                .isEmpty();
        for (String no : new String[] {"", "x", "a.b.c", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJyb290In0."}) {
            assertThat(tokens.visitor(no, PATH)).isEmpty();
        }
    }

    @Test
    void withoutASecretNothingIsSignedAndNothingBelieved() {
        var open = new HopTokens(Optional.empty());
        assertThat(open.sign(ANA, PATH)).isEmpty();
        assertThat(open.visitor(tokens.sign(ANA, PATH).orElseThrow(), PATH)).isEmpty();
    }
}
