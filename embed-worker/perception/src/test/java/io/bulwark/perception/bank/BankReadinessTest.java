package io.bulwark.perception.bank;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BankReadinessTest {

    private static final Set<String> FLAGGED = Set.of("weapons", "alcohol");

    @Test
    void aBankWithBothSidesOfThePolicyIsReady() {
        assertThat(readiness("m", Map.of("old", 5), "weapons", "flowers"))
                .isInstanceOf(BankReadiness.Ready.class)
                .extracting(BankReadiness::message)
                .isEqualTo("Bank \"main\" has 2 references of 2 labels.");
    }

    @Test
    void anEmptyBankNamesTheCommandThatBuildsIt() {
        assertThat(readiness("m", Map.of()))
                .isInstanceOf(BankReadiness.Empty.class)
                .extracting(BankReadiness::message)
                .asString()
                .contains("Bank \"main\" has no references", "`bulwark bank build --bank main --model m-1 FOLDER`");
    }

    @Test
    void aBankOfOneLabelNamesItAndTheCommandThatAddsAnother() {
        assertThat(readiness("m", Map.of(), "weapons", "weapons"))
                .isInstanceOf(BankReadiness.OneLabel.class)
                .extracting(BankReadiness::message)
                .asString()
                .contains("All 2 references", "\"weapons\"", "`bulwark bank add --bank main --model m-1 FOLDER`");
    }

    @Test
    void labelsThatAreAllOrNoneFlaggedCountAsOne() {
        assertThat(readiness("m", Map.of(), "weapons", "alcohol"))
                .isInstanceOf(BankReadiness.OneLabel.class)
                .extracting(BankReadiness::message)
                .asString()
                .contains(
                        "All of the labels", "[alcohol, weapons]", "bulwark.policy.flagged-labels", "bulwark bank add");
        assertThat(readiness("m", Map.of(), "flowers", "fruit"))
                .isInstanceOf(BankReadiness.OneLabel.class)
                .extracting(BankReadiness::message)
                .asString()
                .contains("None of the labels", "[flowers, fruit]");
    }

    @Test
    void byItselfABankIsReadyThoughNoPolicyFlagsAnyOfItsLabels() {
        try (Bank bank = bank("m", "flowers", "fruit")) {
            assertThat(BankReadiness.of("main", "", bank, "m", Map.of())).isInstanceOf(BankReadiness.Ready.class);
        }
    }

    @Test
    void aPolicyMustFlagSomeOfTheLabelsAndNotAll() {
        assertThat(BankReadiness.oneSided(Set.of("weapons", "flowers"), FLAGGED))
                .isEmpty();
        assertThat(BankReadiness.oneSided(Set.of("weapons", "alcohol"), FLAGGED))
                .contains("All");
        assertThat(BankReadiness.oneSided(Set.of("flowers", "fruit"), FLAGGED)).contains("None");
    }

    @Test
    void aBankOfAnotherModelNamesBothModelsAndTheWaysOut() {
        assertThat(readiness("other", Map.of(), "weapons", "flowers"))
                .isInstanceOf(BankReadiness.OtherFingerprint.class)
                .extracting(BankReadiness::message)
                .asString()
                .contains("2 references", "fingerprint other", "(m)", "bulwark bank build", "bulwark.model");
    }

    @Test
    void referencesOfOtherModelsExplainAnEmptyBank() {
        assertThat(readiness("m", Map.of("old", 3, "older", 4)))
                .isInstanceOf(BankReadiness.OtherFingerprint.class)
                .extracting(BankReadiness::message)
                .asString()
                .contains("7 references", "old, older", "`bulwark bank build --bank main --model m-1 FOLDER`");
    }

    @Test
    void whereTheModelIsTheCommandsDefaultNoOptionIsNamed() {
        try (Bank bank = MatrixBank.of("m", List.of())) {
            assertThat(BankReadiness.of("main", "", bank, "m", Map.of(), FLAGGED)
                            .message())
                    .contains("`bulwark bank build --bank main FOLDER`");
        }
    }

    private static BankReadiness readiness(String bankModel, Map<String, Integer> others, String... labels) {
        try (Bank bank = bank(bankModel, labels)) {
            return BankReadiness.of("main", "--model m-1", bank, "m", others, FLAGGED);
        }
    }

    private static Bank bank(String model, String... labels) {
        List<LabelledEmbedding> references = new ArrayList<>();
        for (String label : labels) {
            references.add(new LabelledEmbedding("r-" + references.size(), label, Rows.onCircle(2, references.size())));
        }
        return MatrixBank.of(model, references);
    }
}
