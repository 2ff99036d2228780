package io.bulwark.lab.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.lab.train.TripletDescent.TripletRecipe;
import io.bulwark.lab.train.TripletDescent.TripletRecipeOptions;
import io.bulwark.lab.train.TripletDescent.TripletRecipeOptions.Published;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What {@code --published} stands for, against the commands and configurations in the authors' repositories. */
class PublishedRecipesTest {

    /** Triplets of NIGHTS' training split. */
    private static final int NIGHTS = 13_900;

    @Command
    static final class RobustCommand {
        @Mixin
        private RecipeOptions recipe;
    }

    @Command
    static final class TripletsCommand {
        @Mixin
        private TripletRecipeOptions recipe;
    }

    private static Recipe robust(String... arguments) {
        RobustCommand command = new RobustCommand();
        new CommandLine(command).parseArgs(arguments);
        return command.recipe.recipe(0, 0);
    }

    private static TripletRecipe triplets(Published taught, String... arguments) {
        TripletsCommand command = new TripletsCommand();
        new CommandLine(command).parseArgs(arguments);
        return command.recipe.recipe(taught, NIGHTS);
    }

    /** README of chs20/RobustVLM: --steps 20000 --warmup 1400 --batch_size 128 --lr 1e-5 --wd 1e-4 --iterations_adv 10. */
    @Test
    void fareAndTecoaAreThoseOfTheAuthorsCommand() {
        assertThat(robust("--published", "--shard", "16").describe())
                .containsEntry("threat", "linf 4/255")
                .containsEntry(
                        "inner attack", "pgd 10 iterations, step 0.00392156862745098, momentum 0.9, random start")
                .containsEntry("size", "224 px, of the parent 224 px")
                .containsEntry("batch", "128 in shards of 16, 0 of each also as they are")
                .containsEntry("variation", "not mirrored, padding 0")
                .containsEntry(
                        "descent",
                        "AdamW rate 1.0E-5, weight decay 1.0E-4, cosine over 20000 steps after a warm-up of 1400,"
                                + " clip 0.0, average 0.0");
        assertThat(robust("--published", "--epsilon", "2/255").describe()).containsEntry("threat", "linf 2/255");
    }

    /** configs/train_single_model_mlp.yaml and _lora.yaml of ssundaram21/dreamsim at 077b557. */
    @Test
    void headAndAdaptersAreThoseOfDreamSimsConfigurations() {
        assertThat(triplets(Published.HEAD, "--published").describe())
                .containsEntry("batch", "512")
                .containsEntry("loss", "hinge, margin 0.05 on the difference of cosine distances")
                .containsEntry(
                        "descent",
                        "AdamW rate 3.0E-4 at each of 543 steps, beta1 0.5, weight decay 0.0, clip 0.0, average 0.0");
        assertThat(triplets(Published.ADAPTERS, "--published", "--seed", "1234").describe())
                .containsEntry("batch", "32")
                .containsEntry("seed", "1234")
                .hasEntrySatisfying("descent", line -> assertThat(line).contains("at each of 3475 steps"));
    }

    @Test
    void anOptionThatTheRecipeDecidesIsRefusedBesideIt() {
        assertThatThrownBy(() -> robust("--published", "--rate", "1e-3"))
                .isInstanceOf(CommandFailure.class)
                .hasMessage("--published decides --rate: leave one of them out");
        assertThatThrownBy(() -> triplets(Published.HEAD, "--published", "--batch", "32"))
                .isInstanceOf(CommandFailure.class)
                .hasMessage("--published decides --batch: leave one of them out");
        assertThatThrownBy(() -> robust()).hasMessageContaining("--steps=<steps>");
    }
}
