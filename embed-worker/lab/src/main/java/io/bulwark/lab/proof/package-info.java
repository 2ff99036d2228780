/**
 * Proofs under fire: three brokers, a worker, two moderation-streams and a PostgreSQL as they ship, each alone in a
 * network namespace, under traffic that follows from a seed, while one of them is killed, paused, cut off or out of
 * disk. What may enter: parts of the harness, what an oracle has to know, and nothing of the product's rules: the
 * oracle shares the Avro classes alone, and computes what has to hold from the topics.
 *
 * <ul>
 *   <li>{@link io.bulwark.lab.proof.ProofNetwork}: namespaces on a bridge; cuts and heals
 *   <li>{@link io.bulwark.lab.proof.ProofCluster}: the processes; starts, kills, pauses; {@link
 *       io.bulwark.lab.proof.ProofBrokers}: settings and health of the brokers
 *   <li>{@link io.bulwark.lab.proof.ProofStandby}: a copy of PostgreSQL; {@link io.bulwark.lab.proof.ProofWeb}: the
 *       servers of others; {@link io.bulwark.lab.proof.ProofRegistry}: schemas; {@link
 *       io.bulwark.lab.proof.ProofRelay}: delay; {@link io.bulwark.lab.proof.ProofStandby.ProofClocks}: clocks
 *   <li>{@link io.bulwark.lab.proof.ProofTraffic}, {@link io.bulwark.lab.proof.ProofProbe}: what is sent; {@link
 *       io.bulwark.lab.proof.ProofPeople}: what people do through {@link io.bulwark.lab.proof.ProofApi}, with {@link
 *       io.bulwark.lab.proof.ProofBank} and {@link io.bulwark.lab.proof.ProofPolicies}
 *   <li>{@link io.bulwark.lab.proof.ProofRecords}, {@link io.bulwark.lab.proof.ProofWork}: what stands on the topics and
 *       in PostgreSQL; {@link io.bulwark.lab.proof.ProofVolume}: what is kept of millions of images; {@link
 *       io.bulwark.lab.proof.ProofFlagged}, {@link io.bulwark.lab.proof.ProofCampaigns}: flagged index and campaigns; {@link
 *       io.bulwark.lab.proof.ProofTraces}: what an erasure left; {@link io.bulwark.lab.proof.ProofOracle}, {@link io.bulwark.lab.proof.ProofWorkOracle}: what is wrong with it
 *   <li>{@link io.bulwark.lab.proof.ProofGrowth}, {@link io.bulwark.lab.proof.ProofSizes}, {@link
 *       io.bulwark.lab.proof.ProofStarts}: volume; {@link io.bulwark.lab.proof.ProofSoak}: time; {@link
 *       io.bulwark.lab.proof.ProofStores.ProofRoom}: what both need
 *   <li>{@link io.bulwark.lab.proof.Experiment}, {@link io.bulwark.lab.proof.ProofRun}: the table, and one entry of it
 * </ul>
 *
 * <p>Decided here:
 *
 * <ul>
 *   <li>Namespaces, and no containers: the processes are those of the local node, started by its classes behind
 *       {@code ip netns exec}, which replaces itself by what it starts. So a child still ends with the command that
 *       started it.
 *   <li>A host is cut off at the bridge's end of its cable. Within the namespace the interface then has no carrier, and
 *       packets vanish; taken down inside, connections would fail at once, which no network does.
 *   <li>{@code ip netns pids} finds what an earlier command left, also a process that was paused, so that a start after
 *       a SIGKILL begins with nothing. Rejected: files of process ids, which a kill leaves wrong.
 *   <li>People log in by a file of users, or at the provider where the cluster has one, and ask any moderation-stream
 *       from this machine. Health is asked by {@code curl} inside the namespace, so that a host that is cut off answers.
 *   <li>A request that was not answered is repeated as it was, at the next instance: the API knows a decision by the id
 *       that the client made, an appeal by its reporter, a change of policies by the revision that it was made from.
 *       Claims are not repeated.
 *   <li>The traffic has no image erased that people have in their hands: what is done after an order is not what the
 *       order is about, and the oracle could not tell it from what an erasure left.
 *   <li>An erased image is uploaded again by the traffic of the next experiment, when the oracle has found everything
 *       in order: what an order read late takes along of a later upload is a documented limit, and the oracle could
 *       not tell it from a loss.
 * </ul>
 */
package io.bulwark.lab.proof;
