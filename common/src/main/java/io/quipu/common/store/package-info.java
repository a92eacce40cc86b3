/**
 * The one store port and its contract; below it one package per implementation.
 *
 * <p>Start reading at {@link io.quipu.common.store.DocumentStore}. An implementation passes the contract kit {@code
 * DocumentStoreContract} in the tests of this module, or it is none.
 */
package io.quipu.common.store;
