// What the API answers with, as far as the console reads it. Instants are ISO 8601 in UTC, what is unknown is null.

export interface Coordinates {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

export interface Decider {
  readonly kind: "WORKER" | "REVIEWER" | string;
  readonly id: string;
}

export interface Neighbour {
  readonly referenceId: string;
  readonly label: string;
  /** Cosine, in [-1, 1]. */
  readonly similarity: number;
  readonly variant: string | null;
}

export interface View {
  readonly view: string;
  readonly score: number;
  readonly neighbours: readonly Neighbour[];
  readonly classProbabilities: Readonly<Record<string, number>> | null;
}

export interface LabelScore {
  readonly label: string;
  readonly score: number;
  readonly action: "FLAG" | "REVIEW" | "IGNORE" | string;
}

export interface Verdict {
  readonly imageId: string;
  readonly uploaderId: string;
  readonly tenant: string;
  readonly decision: string;
  /** What the worker decided, where a person has decided since; absent where the application does not tell. */
  readonly workerDecision?: string;
  readonly reason: string | null;
  readonly reasonDetail: string | null;
  readonly score: number;
  readonly margin: number;
  readonly labels: readonly LabelScore[];
  readonly decidingLabel: string | null;
  readonly decidingView: string | null;
  readonly basis: string | null;
  readonly knownReference: string | null;
  readonly listed: { readonly list: string; readonly entry: string; readonly hash: string; readonly severity: string | null; readonly verified: boolean; readonly adult: boolean } | null;
  readonly insertionsToTurn: number | null;
  readonly relabelsToTurn: number | null;
  readonly shadowDecision: string | null;
  readonly views: readonly View[];
  readonly cleanTwinScore: number | null;
  readonly modelFingerprint: string | null;
  readonly preprocessFingerprint: string | null;
  readonly samplingKeyId: string | null;
  readonly bankVersion: string | null;
  readonly policyVersion: string | null;
  readonly contentSha256: string | null;
  readonly upload: Coordinates | null;
  readonly attributes: Readonly<Record<string, string>>;
  readonly timingsMicros: Readonly<Record<string, number>>;
  readonly uploadedAt: string | null;
  readonly decidedAt: string;
  readonly decidedBy: Decider;
  readonly supersedes: Coordinates | null;
  readonly record: Coordinates;
}

export interface Signal {
  readonly name: string;
  readonly score: number;
  readonly threshold: number;
  readonly fired: boolean;
}

export interface Audit {
  readonly imageId: string;
  readonly uploaderId: string;
  readonly tenant: string;
  readonly kind: string;
  readonly signals: readonly Signal[];
  readonly fusedScore: number;
  readonly view: string | null;
  readonly robustScore: number | null;
  readonly cleanScore: number | null;
  readonly robustNeighbours: readonly Neighbour[];
  readonly cleanNeighbours: readonly Neighbour[];
  readonly evidence: Readonly<Record<string, string>>;
  readonly decision: string;
  readonly cleanDecision: string | null;
  readonly detectedAt: string;
  /** No detector fired: the image was drawn at random to leave its scores. */
  readonly sample: boolean;
}

export interface Decision {
  readonly tenant: string;
  readonly imageId: string;
  readonly uploaderId: string;
  readonly decision: string;
  readonly reason: string | null;
  readonly labels: readonly string[];
  readonly score: number;
  readonly decidedBy: Decider;
  readonly since: string;
  readonly decisionId: string | null;
  readonly contentSha256: string | null;
  readonly uploadedAt: string | null;
  readonly replaced: {
    readonly decision: string;
    readonly decidedBy: Decider;
    readonly since: string;
    readonly contentSha256: string | null;
  } | null;
  /** By what it was decided; null where that is not known, absent where the application does not tell. */
  readonly policyVersion?: string | null;
  readonly wordsVersion?: number | null;
}

export interface UploaderWindow {
  readonly start: string;
  readonly end: string;
  readonly window: string;
  readonly images: number;
  readonly safe: number;
  readonly nsfw: number;
  readonly review: number;
  readonly refused: number;
  readonly audits: number;
  readonly strikes: number;
  readonly lastSeenAt: string;
}

export interface Uploader {
  readonly uploaderId: string;
  /** The threshold that the strikes reach; null for none, absent where the application does not tell. */
  readonly level?: string | null;
  readonly windows: readonly UploaderWindow[];
}

/** What an account's strikes led to. */
export interface AccountAction {
  readonly actionId: string;
  readonly action: "WARN" | "LIMIT" | "SUSPEND" | "BAN" | string;
  /** Absent where a person took it. */
  readonly rule?: string;
  readonly policyVersion?: number;
  readonly score: number;
  readonly threshold?: number;
  readonly takenBy?: string;
  readonly reason?: string;
  readonly takenAt: string;
  readonly until?: string;
  readonly stands: boolean;
  readonly liftedAt?: string;
  readonly liftedBy?: string;
  readonly liftedFor?: "OVERTURNED" | "APPEAL" | "PERSON" | string;
  readonly images: readonly string[];
  readonly appeal?: string;
  readonly appealedAt?: string;
  readonly answer?: "KEPT" | "LIFTED" | string;
  readonly answeredBy?: string;
  readonly answerReason?: string;
}

export interface AccountStrike {
  readonly imageId: string;
  readonly labels: readonly string[];
  readonly decidedBy: string;
  readonly byPerson: boolean;
  readonly at: string;
  readonly takenBackAt?: string;
}

export interface Account {
  readonly uploaderId: string;
  /** 0: no policy, and nothing was counted. */
  readonly policyVersion: number;
  readonly scores: readonly { readonly rule: string; readonly action: string; readonly score: number; readonly threshold: number }[];
  readonly strikes: readonly AccountStrike[];
  readonly actions: readonly AccountAction[];
  readonly files: readonly { readonly contentSha256: string; readonly images: number; readonly nsfw: number; readonly imageIds: readonly string[] }[];
}

export interface AccountAppeal {
  readonly actionId: string;
  readonly uploaderId: string;
  readonly action: string;
  readonly rule?: string;
  readonly takenAt: string;
  readonly words: string;
  readonly at: string;
  /** Whether the person who asks may answer it. */
  readonly mine: boolean;
}

export interface StrikeWeight {
  readonly label: string;
  readonly weight: number;
  readonly halfLifeSeconds?: number;
  readonly expiresAfterSeconds?: number;
}

export interface AccountRule {
  readonly name: string;
  readonly action: string;
  readonly labels?: readonly string[];
  readonly threshold: number;
  readonly durationSeconds?: number;
}

export interface AccountPolicy {
  /** 0 where there is none. */
  readonly version: number;
  readonly strikes: readonly StrikeWeight[];
  readonly rules: readonly AccountRule[];
  readonly changedBy?: string;
  readonly changedAt?: string;
}

export interface WellnessRules {
  readonly display?: { readonly blur: boolean; readonly greyscale: boolean; readonly mostSize: number; readonly mute: boolean };
  readonly limits?: readonly { readonly labels?: readonly string[]; readonly perHour: number }[];
  readonly workSeconds?: number;
  readonly breakSeconds?: number;
  readonly rotateAfter?: number;
}

export interface Wellness {
  /** 0 where there are no rules. */
  readonly version: number;
  readonly rules: WellnessRules;
  readonly optedOut: readonly string[];
  readonly changedBy?: string;
  readonly changedAt?: string;
}

export interface Exposure {
  readonly label: string;
  readonly items: number;
  readonly people: number;
  readonly optedOut?: number;
  /** Of how many people. */
  readonly team: number;
}

export interface You {
  readonly name: string;
  /** * for everyone's. */
  readonly tenant: string;
  readonly roles: readonly string[];
  readonly login: "local" | "users" | "oidc" | string;
}

export interface System {
  readonly version: string;
  readonly instance: string;
  readonly state: string;
  readonly ready: boolean;
  readonly message: string;
  readonly feedClients: number;
  /** Whether pictures are shown and kept, in a sentence; absent where the application does not tell. */
  readonly pictures?: { readonly message: string; readonly explained?: boolean };
  /** Where the sheets of the bank's labels lie; null where that is not set. */
  readonly conceptsUrl?: string | null;
  readonly you: You;
}

/** Where a decision comes from; its pictures are PNG in Base64. */
export interface Explanation {
  readonly view: string;
  readonly decision: string;
  readonly score: number;
  readonly margin: number;
  readonly nearest: readonly { readonly referenceId: string; readonly label: string; readonly similarity: number; readonly flagged: boolean }[];
  readonly picture: string;
  readonly gradient: string;
  readonly occlusion: string;
  readonly agreement: number;
  readonly seconds: number;
}

export interface Missing {
  readonly tenant: string;
  readonly imageId: string;
  readonly uploaderId: string;
  readonly upload: Coordinates;
  readonly uploadedAt: string;
}

export interface Hold {
  readonly tenant: string;
  readonly subject: "IMAGE" | "UPLOADER" | string;
  readonly id: string;
  readonly by: string;
  readonly reason: string;
  readonly at: string;
  readonly releasedBy: string | null;
  readonly releasedAt: string | null;
}

export interface Queue {
  readonly waiting: number;
  readonly held: number;
  readonly forSeniors: number;
  readonly oldest: string | null;
  readonly oldestSeconds: number | null;
}

export interface Claim {
  /** For whom it was claimed. The console adds it: another tenant may be chosen by the time of the next question. */
  readonly tenant: string;
  readonly itemId: string;
  readonly leaseId: string;
  readonly leaseUntil: string;
  readonly imageId: string;
  readonly contentSha256: string;
  readonly uploaderId: string;
  readonly machineDecision: string;
  readonly machineReason?: string;
  readonly labels: readonly string[];
  readonly score: number;
  readonly origins: readonly string[];
  readonly strikes: number;
  readonly reports: number;
  readonly arrivedAt: string;
  readonly stage: "FIRST" | "SENIOR" | string;
  readonly queue: string;
  /** The clocks that run, the first deadline first. */
  readonly duties?: readonly string[];
  readonly dutyDue?: string;
}

/** What a duty asks for. */
export interface DutyRule {
  readonly deadlineSeconds: number;
  readonly headStartSeconds: number;
  readonly escalatesAfterSeconds?: number;
  readonly ground: "LAW" | "TERMS" | string;
}

/** A duty as it stands; kept and missed in the last 30 days. */
export interface Duty {
  readonly duty: string;
  readonly rule: DutyRule;
  readonly open: number;
  readonly late: number;
  readonly nextDue?: string;
  readonly kept: number;
  readonly missed: number;
  readonly changedBy?: string;
  readonly changedAt?: string;
}

/** A label and what it means. */
export interface Label {
  readonly name: string;
  readonly key?: string;
  readonly text?: string;
  readonly examples?: readonly string[];
  readonly counterExamples?: readonly string[];
  /** The label that is given in its place. */
  readonly mergedInto?: string;
}

export interface Words {
  /** 0 where there are none. */
  readonly version: number;
  readonly labels: readonly Label[];
  /** Whether only these can be given. */
  readonly closed: boolean;
  /** That reviewers are offered, in the words of the team. */
  readonly reasons?: readonly string[];
  readonly changedBy?: string;
  readonly changedAt?: string;
}

/** What belongs into a queue. */
export interface QueueRule {
  readonly position: number;
  readonly labels: readonly string[];
  readonly reasons: readonly string[];
  readonly origins: readonly string[];
  readonly duties?: readonly string[];
  readonly scoreFrom: number;
  readonly scoreTo: number;
  readonly strikes: number;
  readonly reports: number;
  readonly roles: readonly string[];
  readonly headStartSeconds: number;
  readonly deadlineSeconds?: number;
  readonly capacity?: number;
  readonly escalatesTo?: string;
  /** Of each name one of these values. */
  readonly attributes?: Readonly<Record<string, readonly string[]>>;
}

export interface ReviewQueue {
  readonly name: string;
  readonly rule: QueueRule;
  /** Whether this visitor may claim from it. */
  readonly mine: boolean;
  readonly waiting: number;
  readonly held: number;
  readonly overdue: number;
  readonly oldestSeconds?: number;
  readonly changedBy?: string;
  readonly changedAt?: string;
}

export interface Outcome {
  readonly decisionId: string;
  readonly state: "IN_FORCE" | "PROPOSED" | "UNDONE" | string;
  readonly leaseId?: string;
  /** How many other items were decided or taken back too, where there were any. */
  readonly alike?: number;
}

/** An open item of the same file as the one in hand, or one whose picture looks nearly the same. */
export interface AlikeItem {
  readonly itemId: string;
  readonly imageId: string;
  readonly uploaderId: string;
}

export interface Note {
  readonly author: string;
  readonly words: string;
  readonly at: string;
}

export interface Case {
  readonly imageId: string;
  readonly contentSha256?: string;
  readonly uploaderId: string;
  readonly decision: string;
  readonly reason?: string;
  readonly labels: readonly string[];
  readonly score: number;
  readonly decidedBy: string;
  readonly byPerson: boolean;
  readonly decidedAt: string;
  readonly audited: boolean;
}

export interface CasePage {
  readonly cases: readonly Case[];
  readonly next?: string;
}

export interface Proposal {
  readonly decisionId: string;
  readonly imageId: string;
  readonly contentSha256: string;
  readonly label: string;
  readonly proposedBy: string;
  readonly proposedAt: string;
}

export interface Tally {
  readonly reviewer: string;
  readonly answered: number;
  readonly asKnown: number;
}

/** The cases of a range of scores. */
export interface Bin {
  readonly from: number;
  readonly cases: number;
  /** By people. */
  readonly judged: number;
  readonly flagged: number;
}

export interface Backtest {
  readonly flag: number;
  readonly review: number;
  readonly counts: readonly { readonly would: string; readonly holds: string; readonly byPerson: boolean; readonly cases: number }[];
}

/** What is done about a label. */
export interface PolicyRule {
  readonly action: "FLAG" | "REVIEW" | "IGNORE" | string;
  /** Its own thresholds in place of the policy's. */
  readonly flag?: number;
  readonly safe?: number;
}

export interface Policy {
  readonly version: string;
  readonly flag: number;
  readonly safe: number;
  readonly labels: Readonly<Record<string, PolicyRule>>;
  readonly madeFor: { readonly bank: string; readonly model: string; readonly views: string };
  /** Absent of another tenant's. */
  readonly author?: string;
  readonly proposedAt: string;
  readonly approver?: string;
  readonly approvedAt?: string;
  readonly note?: string;
}

export interface PolicyDifference {
  readonly name: string;
  readonly before?: string;
  readonly after?: string;
}

export interface Policies {
  /** Names this state in the requests that change it. */
  readonly revision: number;
  /** Whether what is in force is that of tenant default. */
  readonly inherited: boolean;
  readonly publishing: boolean;
  readonly inForce?: Policy;
  readonly proposal?: Policy;
  readonly differences?: readonly PolicyDifference[];
  /** What the proposal would have decided of the verdicts that came since. */
  readonly shadow?: {
    readonly verdicts: number;
    readonly otherwise: number;
    readonly since?: string;
    readonly until?: string;
    readonly counts: readonly { readonly decided: string; readonly would: string; readonly verdicts: number }[];
  };
  readonly history: readonly { readonly policy: Policy; readonly differences: readonly PolicyDifference[]; readonly fits: boolean }[];
}

export interface PolicyChange {
  readonly kind: "PROPOSED" | "WITHDRAWN" | "APPROVED" | "ROLLED_BACK" | "BY_COMMAND" | string;
  readonly revision: number;
  readonly by: string;
  readonly at: string;
  readonly version?: string;
  readonly differences: readonly PolicyDifference[];
  readonly note?: string;
}

/** Where a rate lies, in [0, 1]. */
export interface Band {
  readonly estimate?: number;
  readonly low: number;
  readonly high: number;
}

/** Error rates of all traffic by thresholds, from answered draws. */
export interface DrawnEffect {
  readonly flag: number;
  readonly safe: number;
  readonly draws: number;
  readonly withoutScore: number;
  readonly rates: readonly { readonly rate: "MISSED" | "FALSELY_FLAGGED" | string; readonly base: number; readonly now: Band; readonly would: Band }[];
}

/** Who can see a picture, and who was given it. */
export interface Viewers {
  readonly ways: readonly { readonly how: "IMAGE" | "EXPLANATION" | "ITEM" | "CLAIM" | string; readonly open: boolean; readonly roles: readonly string[]; readonly people?: readonly string[] }[];
  readonly items: readonly {
    readonly itemId: string;
    readonly open: boolean;
    readonly seniorsOnly: boolean;
    readonly queue: string;
    readonly queueRoles: readonly string[];
    readonly goldenFor?: string;
    readonly heldBy?: string;
    readonly heldUntil?: string;
    readonly kept: boolean;
    readonly skippedBy: readonly string[];
  }[];
  readonly looksFrom: string;
  readonly looks: readonly { readonly by: string; readonly action: string; readonly at: string }[];
}

export interface Reviewer {
  readonly reviewer: string;
  readonly decisions: number;
  readonly compared: number;
  readonly agreed: number;
  readonly overturned: number;
  readonly medianMillis?: number;
  readonly p95Millis?: number;
  readonly medianWaitSeconds?: number;
}

export interface AuditCount {
  /** When the bucket begins. */
  readonly from: string;
  readonly kind: string;
  readonly audits: number;
}

/** What the red team found, for one goal and budget. */
export interface Robustness {
  readonly goal: string;
  readonly epsilon: string;
  readonly images: number;
  readonly fell: number;
  /** Further images whose attacks ran out of time. */
  readonly overdue: number;
  /** The share that held, in [0, 1], with the interval of 95 %, which allows for what is overdue. */
  readonly accuracy: number;
  readonly low: number;
  readonly high: number;
}

export interface AuditSummary {
  readonly since: string;
  /** From when on everything is counted; later than since where there was too much. */
  readonly complete: string;
  readonly bucketSeconds: number;
  readonly counts: readonly AuditCount[];
  readonly robustness: readonly Robustness[];
  /** Robust accuracy that is aimed at, in [0, 1]. */
  readonly objective: number | null;
}

export interface Campaign {
  readonly campaignId: string;
  readonly tenant: string;
  readonly kind: string;
  readonly state: "OPEN" | "CLOSED" | "CONFIRMED" | "DISMISSED" | string;
  readonly severity: string;
  readonly anchor: { readonly type: "FLAGGED_ENTRY" | "PERCEPTUAL_BAND" | string; readonly id: string } | null;
  readonly openedAt: string;
  readonly lastSeenAt: string;
  readonly events: number;
  readonly images: number;
  readonly uploaders: number;
  readonly lowestScore: number | null;
  readonly highestScore: number | null;
  readonly mergedFrom: readonly string[];
  readonly ruledBy: string | null;
  readonly ruledAt: string | null;
  readonly note: string | null;
}

export interface CampaignPage {
  readonly campaigns: readonly Campaign[];
  readonly next: string | null;
}

export interface Member {
  readonly imageId: string;
  readonly uploaderId: string;
  readonly at: string;
  readonly score: number | null;
  readonly decision: string;
  readonly kind: string;
  /** Radians from what the campaign is around; null where there is no such thing. */
  readonly angle: number | null;
}

export interface CampaignInFull extends Campaign {
  /** Oldest first, capped. */
  readonly members: readonly Member[];
  readonly membersBeyond: number;
  readonly uploadersBeyond: number;
}

/** SAFE traffic beside that of an approved time. */
export interface Drift {
  readonly state: "OFF" | "NOT_APPROVED" | "OTHER_MODEL" | "WATCHED" | "DRIFTED" | string;
  readonly effect: number;
  readonly pictures: number;
  readonly days: number;
  readonly approvable: boolean;
  /** Absent before an approval, as are the next three. */
  readonly from?: string;
  readonly until?: string;
  readonly approvedBy?: string;
  readonly evidence?: number;
  readonly driftedAt?: string;
  readonly cluster?: { readonly unlike: boolean; readonly since: string; readonly before: number; readonly share: number; readonly examples: readonly string[] };
  readonly points: readonly { readonly day: string; readonly evidence: number }[];
}

export interface WatchedRate {
  readonly rate: "MISSED" | "FALSELY_FLAGGED" | string;
  readonly state: string;
  /** Absent where nothing is promised. */
  readonly promise?: number;
  readonly draws: number;
  readonly answered: number;
  readonly overdue: number;
  readonly restated: number;
  readonly estimate?: number;
  readonly low?: number;
  readonly high?: number;
  /** Against the promise; 1 is an alarm. */
  readonly evidence?: number;
  readonly brokenAt?: string;
  readonly changedAt?: string;
  readonly goldenItems: number;
  readonly points: readonly { readonly at: string; readonly estimate?: number; readonly low: number; readonly high: number }[];
}

/** A restricted case in the list: nothing of its image. */
export interface RestrictedCase {
  readonly caseId: string;
  readonly state: "OPEN" | "SECOND" | "CLOSED" | "LIFTED" | "ENDING" | string;
  readonly severity?: string;
  readonly openedAt: string;
  readonly decision?: string;
  readonly decidedBy?: string;
  readonly checked?: string;
  readonly checkedBy?: string;
  /** The report's step; absent where none was ordered. */
  readonly report?: string;
  readonly trouble?: string;
  readonly finishedAt?: string;
  readonly endsAt?: string;
  readonly mine: boolean;
}

/** The same with its details in words. */
export interface RestrictedDetails {
  readonly summary: RestrictedCase;
  /** Of the claim; absent after a look. */
  readonly leaseId?: string;
  readonly leaseUntil?: string;
  readonly imageId: string;
  readonly uploaderId: string;
  readonly contentSha256: string;
  readonly label: string;
  readonly list?: string;
  readonly entry?: string;
  readonly hashKind?: string;
  readonly verified: boolean;
  readonly uploadedAt: string;
  readonly file: string;
  readonly viewed: boolean;
  readonly reportId?: string;
  readonly holdGround?: string;
}

export interface RestrictedDestruction {
  readonly caseId: string;
  readonly openedAt: string;
  readonly reportId?: string;
  readonly ground: string;
  readonly destroyedAt: string;
}
