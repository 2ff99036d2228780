/**
 * The contract of the topics for machines: {@code schemas/asyncapi.json}, AsyncAPI 3, made from the catalogue, the
 * schemas and the roles, and checked in so that it can be read without building anything. It is made by the tests, not
 * by the programs: nothing at run time needs it.
 */
package io.bulwark.schemas.contract;
