/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of a comparison of methods on one posterior; see inference.h. */
#include <math.h>

#include "base/status.h"
#include "eval/inference.h"

static void add_evidence(mg_table *table, const mg_inference_entry *e) {
  const bool told = e->evidence.n > 0;
  mg_table_row(table);
  mg_table_text(table, e->name);
  mg_table_text(table, e->kind);
  mg_table_text(table, mg_claim_sign(e->evidence.claim));
  mg_table_real(table, told ? e->evidence.value : NAN);
  mg_table_real(table, told ? e->evidence.std_error : NAN);
  mg_table_size(table, e->evidence.draws);
  mg_table_real(table, e->evidence.ess > 0 ? e->evidence.ess : NAN);
  mg_table_real(table, e->evidence.pareto_k);
  mg_table_real(table, e->seconds);
  mg_table_text(table, e->note);
}

mg_table *mg_inference_evidence(const mg_inference *c) {
  mg_table *table = mg_table_alloc("method kind claim nats std_error draws ess "
                                   "pareto_k seconds note");
  for (size_t i = 0; table && i < mg_inference_count(c); i++) {
    const mg_inference_entry *e = mg_inference_get(c, i);
    if (e->done)
      add_evidence(table, e);
  }
  return table;
}

static void add_moments(mg_table *table, const mg_inference_entry *e,
                        const char *coordinate, size_t i) {
  const mg_convergence *chain = e->chains ? &e->chains[i] : NULL;
  mg_table_row(table);
  mg_table_text(table, coordinate);
  mg_table_text(table, e->name);
  mg_table_real(table, gsl_vector_get(e->mean, i));
  mg_table_real(table, gsl_vector_get(e->sd, i));
  mg_table_real(table, chain ? chain->std_error : NAN);
  mg_table_real(table, chain ? chain->rhat : NAN);
  mg_table_real(table, chain ? chain->bulk_ess : NAN);
  mg_table_real(table, chain ? chain->tail_ess : NAN);
}

mg_table *mg_inference_moments(const mg_inference *c) {
  mg_table *table = mg_table_alloc("coordinate method mean sd std_error rhat "
                                   "bulk_ess tail_ess");
  const mg_posterior *p = mg_inference_posterior(c);
  for (size_t i = 0; table && i < p->target.dim; i++)
    for (size_t k = 0; k < mg_inference_count(c); k++) {
      const mg_inference_entry *e = mg_inference_get(c, k);
      char name[80];
      if (e->done && !e->failed && e->mean)
        add_moments(table, e,
                    p->type->coordinate(p->self, i, name, sizeof name), i);
    }
  return table;
}

mg_table *mg_inference_axis(const mg_inference *c) {
  mg_table *table = mg_table_alloc(MG_EVIDENCE_AXIS);
  for (size_t i = 0; table && i < mg_inference_count(c); i++) {
    const mg_inference_entry *e = mg_inference_get(c, i);
    if (e->evidence.n == 0)
      continue;
    mg_table_row(table);
    mg_table_text(table, e->name);
    mg_table_text(table, e->kind);
    mg_table_real(table, e->evidence.value);
    mg_table_real(table, e->evidence.std_error);
    mg_table_text(table, mg_claim_sign(e->evidence.claim));
    mg_table_text(table, e->evidence.claim == MG_EXACT ? "truth" : "model");
  }
  return table;
}
