/**
 * Problems as RFC 9457 has them. Every answer that says why a request was not done is a {@link
 * io.bulwark.stream.problem.Problem}, thrown as a {@link io.bulwark.stream.problem.Problem.ProblemException} wherever
 * it is found.
 */
package io.bulwark.stream.problem;
