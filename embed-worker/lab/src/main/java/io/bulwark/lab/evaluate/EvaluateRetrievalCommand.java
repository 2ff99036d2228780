package io.bulwark.lab.evaluate;

import io.bulwark.cli.terminal.ExitCodes;
import io.bulwark.cli.terminal.OutputOptions;
import io.bulwark.cli.traffic.ImageFiles;
import io.bulwark.lab.data.OxfordLayout;
import io.bulwark.lab.data.PictureSource.PictureFile;
import io.bulwark.lab.data.RetrievalSet;
import io.bulwark.lab.data.RetrievalSet.Protocol;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bulwark evaluate retrieval}. */
@Command(name = "retrieval", description = "Image-to-image retrieval: mean average precision, clean and attacked.")
public final class EvaluateRetrievalCommand implements Callable<Integer> {

    @Mixin
    private OutputOptions terminal;

    @Mixin
    private EvaluationOptions evaluation;

    @ArgGroup(multiplicity = "1")
    private Data data;

    @Option(
            names = "--protocol",
            paramLabel = "P",
            defaultValue = "MEDIUM",
            description = "Which answers count: ${COMPLETION-CANDIDATES}.")
    private Protocol protocol;

    /** One data set. */
    static final class Data {

        @Option(
                names = "--landmarks",
                paramLabel = "DIR",
                description = "Oxford or Paris: pictures in jpg/, and gnd.json or the original ground truth files.")
        private Path landmarks;

        @Option(
                names = "--pictures",
                paramLabel = "PATH",
                arity = "1..*",
                description = "One's own pictures, whose distorted copies are searched for among all pictures.")
        private List<Path> pictures;
    }

    @Override
    public Integer call() {
        RetrievalTask task = SingleEvaluation.made(() -> new RetrievalTask(set(), protocol));
        evaluation
                .on(terminal.output())
                .accuracy(
                        task,
                        "%d queries in a gallery of %d pictures%s, protocol %s"
                                .formatted(
                                        task.set().queries().size(),
                                        task.set().gallery().size(),
                                        data.landmarks == null
                                                ? ", distorted copies, seed "
                                                        + evaluation.attacks().seed()
                                                : "",
                                        protocol),
                        "mAP");
        return ExitCodes.OK;
    }

    private RetrievalSet set() {
        if (data.landmarks != null) {
            RetrievalSet whole = OxfordLayout.read(data.landmarks);
            return new RetrievalSet(whole.gallery(), evaluation.run().limited(whole.queries()));
        }
        List<PictureFile> files = evaluation.run().limited(ImageFiles.under(data.pictures)).stream()
                .map(PictureFile::of)
                .toList();
        return RetrievalSet.ofCopies(files, evaluation.attacks().seed());
    }
}
