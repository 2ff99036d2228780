package io.bulwark.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.bulwark.deploy.Checkout;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The settings files hold nothing that the programs would refuse: their keys are those of the tables of settings. */
class SettingsTest {

    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(bulwark[^`]+)`");

    @ForEveryOverlay
    void everySettingOfTheWorkerIsOneThatItHas(Overlay overlay) throws IOException {
        assertThat(Settings.of(overlay, "bulwark-worker").values().keySet())
                .isNotEmpty()
                .allMatch(known("worker"));
    }

    @ForEveryOverlay
    void everySettingOfPreviewAndScoreIsOneThatTheWorkersProgramHas(Overlay overlay) throws IOException {
        for (String mode : List.of("bulwark-preview", "bulwark-score")) {
            assertThat(Settings.of(overlay, mode).values().keySet())
                    .isNotEmpty()
                    .allMatch(known("worker"));
        }
    }

    /** Whatever an overlay says of bank, policy and twin it says to both. */
    @ForEveryOverlay
    void theScoreServerDecidesByTheWorkersSettings(Overlay overlay) {
        Map<String, String> worker = Settings.of(overlay, "bulwark-worker").values();
        Map<String, String> score = Settings.of(overlay, "bulwark-score").values();
        assertThat(worker).isNotEmpty().allSatisfy((key, value) -> {
            if (key.matches("bulwark\\.(bank|policy|twin|model|encoder|views|decode|fetch)\\b.*")) {
                assertThat(score).containsEntry(key, value);
            }
        });
        assertThat(score).containsEntry("bulwark.score.enabled", "true").doesNotContainKey("bulwark.kafka.group");
    }

    /** It is off, and where it is scaled up it decides as the workers do. */
    @ForEveryOverlay
    void theRedTeamIsOffAndAttacksWhatTheWorkersSettingsDecide(Overlay overlay) throws IOException {
        Map<String, String> worker = Settings.of(overlay, "bulwark-worker").values();
        Map<String, String> redTeam = Settings.of(overlay, "bulwark-red-team").values();
        assertThat(worker).isNotEmpty().allSatisfy((key, value) -> {
            if (key.matches("bulwark\\.(bank|policy|twin|model|encoder|views|decode|fetch)\\b.*")) {
                assertThat(redTeam).containsEntry(key, value);
            }
        });
        assertThat(redTeam.keySet()).allMatch(known("worker"));
        assertThat(redTeam).doesNotContainKey("bulwark.kafka.group");
        assertThat(overlay.one("Deployment", "bulwark-red-team")
                        .at("/spec/replicas")
                        .asInt(1))
                .isZero();
    }

    /** It listens on this machine alone unless told otherwise. */
    @ForEveryOverlay
    void everySettingOfTheStreamIsOneThatItHas(Overlay overlay) throws IOException {
        assertThat(Settings.of(overlay, "bulwark-stream").values().keySet())
                .contains("quarkus.http.host")
                .allMatch(known("stream").or(Set.of("quarkus.http.host", "quarkus.management.host")::contains));
    }

    private static Predicate<String> known(String table) throws IOException {
        String rows = Checkout.settings(table);
        List<Pattern> keys = ROW.matcher(rows)
                .results()
                .map(row -> Pattern.quote(row.group(1)).replace("<name>", "\\E(\"[^\"]+\"|[^.\"]+)\\Q"))
                .map(Pattern::compile)
                .toList();
        return key -> keys.stream().anyMatch(pattern -> pattern.matcher(key).matches());
    }
}
