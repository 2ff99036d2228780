/** From neighbours to a decision. */
package io.bulwark.perception.verdict;
