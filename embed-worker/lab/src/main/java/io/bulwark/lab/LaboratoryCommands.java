package io.bulwark.lab;

import io.bulwark.cli.CommandProvider;
import io.bulwark.lab.attack.command.AttackCommand;
import io.bulwark.lab.audit.AuditCostCommand;
import io.bulwark.lab.audit.AuditDetectCommand;
import io.bulwark.lab.audit.AuditEvaluateCommand;
import io.bulwark.lab.audit.AuditScalingCommand;
import io.bulwark.lab.bench.BenchCommand;
import io.bulwark.lab.concepts.BankConceptsCommand;
import io.bulwark.lab.evaluate.EvaluateCommand;
import io.bulwark.lab.explain.ExplainCommand;
import io.bulwark.lab.explain.serve.ExplainServerCommand;
import io.bulwark.lab.invert.InvertCommand;
import io.bulwark.lab.model.EmbedCommand;
import io.bulwark.lab.model.ModelCommand;
import io.bulwark.lab.model.SimilarityCommand;
import io.bulwark.lab.picture.BankClutterCommand;
import io.bulwark.lab.proof.ProofCommand;
import io.bulwark.lab.redteam.RedTeamCommand;
import io.bulwark.lab.train.TrainCommand;
import java.util.List;

/** What the laboratory adds to {@code bulwark}. */
public final class LaboratoryCommands implements CommandProvider {

    private static final String ROOT = "";
    private static final String LAST = "";

    @Override
    public List<AddedCommand> commands() {
        return List.of(
                new AddedCommand(ROOT, "audit", ModelCommand.class),
                new AddedCommand(ROOT, "audit", EmbedCommand.class),
                new AddedCommand(ROOT, "audit", SimilarityCommand.class),
                new AddedCommand(ROOT, "audit", TrainCommand.class),
                new AddedCommand(ROOT, "audit", BenchCommand.class),
                new AddedCommand(ROOT, "audit", ProofCommand.class),
                new AddedCommand(ROOT, "audit", EvaluateCommand.class),
                new AddedCommand(ROOT, "audit", AttackCommand.class),
                new AddedCommand(ROOT, "audit", InvertCommand.class),
                new AddedCommand(ROOT, "audit", ExplainCommand.class),
                new AddedCommand(ROOT, "audit", ExplainServerCommand.class),
                new AddedCommand(ROOT, LAST, RedTeamCommand.class),
                new AddedCommand("bank", "verify", BankClutterCommand.class),
                new AddedCommand("bank", "calibrate-flagged", BankConceptsCommand.class),
                new AddedCommand("audit", "report", AuditCostCommand.class),
                new AddedCommand("audit", "report", AuditDetectCommand.class),
                new AddedCommand("audit", "report", AuditEvaluateCommand.class),
                new AddedCommand("audit", LAST, AuditScalingCommand.class));
    }
}
