/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The figures of one fitted model.
 *
 *   samples      data, and draws from the model
 *   reconstruct  data, and what their codes decode to
 *   latent       codes on a plane of z, each marked by its class
 *   plane        what that plane decodes to
 *   interpolate  the way from the code of one datum to that of another, or of a
 *                generator from one draw to another: is the code continuous?
 *   far          decoded farther and farther from the middle of the prior: is
 *                it complete, and where does it end?
 *
 * All but the first need a latent variable and are made from the operations
 * that any family with one has (eval/codes.h), so a new one gets them with its
 * encode and decode.  A family whose z is the number of a component has no
 * plane and no way between two values; its reconstruction is a mean.
 *
 * Where z has more than two dimensions the plane is that of the two most
 * active [code.1], of a generator the first two, at 0 in all others, and the
 * title says so. */
#include "config.h"

#include "command/plot_figures.h"

#include <gsl/gsl_math.h>
#include <math.h>
#include <stdio.h>

#include "base/status.h"
#include "eval/codes.h"

enum {
  SIDE = 15,      /* images of the plane on a side */
  MESH = 121,     /* points of the plane on a side */
  MESH_STEP = 10, /* of them a line */
  LINES = 8,      /* of images, each a way, or a direction */
  WAYS = 5,       /* through points */
  STEPS = 9,      /* images of a way, its ends included */
  WAY = 33,       /* points of a way */
  TEXT_SIZE = 160
};

static const double reach = 3; /* of the plane, standard deviations */
static const double factors[] = {0, 0.5, 1, 1.5, 2, 3, 4, 6};
enum { FACTORS = sizeof factors / sizeof *factors };

/* What a figure needs. */
enum need {
  SAMPLE = 1,
  ENCODE = 2, /* codes of data */
  DECODE = 4,
  CONTINUOUS = 8, /* z is a vector of reals */
  TWO = 16,       /* dimensions of z */
  PICTURE = 32,   /* data that are images, or points of the plane */
  PAIR = 64,      /* of data */
  CODES = 128     /* as ENCODE, or z that are drawn */
};

struct plot_kind {
  const char *name, *line;
  unsigned needs;
  const char *templates[2]; /* for images, for points of the plane */
  int (*fill[2])(const struct portrait *p, mg_figure *figure);
};

/* ---- samples, reconstructions ---- */

static int fill_samples(const struct portrait *p, mg_figure *figure) {
  gsl_rng *rng = portrait_stream(p, "plot/samples");
  gsl_matrix *x = portrait_room(p, portrait_count(p));
  int status =
      rng && x ? mg_model_sample(p->fitted->model, rng, x) : GSL_ENOMEM;
  if (status == GSL_SUCCESS)
    status = portrait_beside(p, figure, "data, and draws from the model",
                             "drawn", x);
  gsl_matrix_free(x);
  gsl_rng_free(rng);
  return status;
}

static int fill_reconstruct(const struct portrait *p, mg_figure *figure) {
  gsl_matrix_const_view z =
      gsl_matrix_const_submatrix(p->z, 0, 0, portrait_count(p), p->z->size2);
  gsl_matrix *x = portrait_decode(p, &z.matrix);
  const int status = portrait_beside(
      p, figure, "data, and what their codes decode to", "decoded", x);
  gsl_matrix_free(x);
  return status;
}

/* ---- the plane of z ---- */

/* Which dimensions a plane is of, where there was a choice; returns text. */
static const char *choice(const struct portrait *p, const char *rest,
                          char *text, size_t size) {
  text[0] = '\0';
  if (p->z->size2 > 2)
    snprintf(text, size, ", the %s of %zu%s",
             p->drawn ? "first two" : "two most active", p->z->size2, rest);
  return text;
}

static int name_axis(mg_figure *figure, const char *slot, size_t axis) {
  char text[TEXT_SIZE];
  snprintf(text, sizeof text, "z%zu", axis + 1);
  return mg_figure_text(figure, slot, text);
}

static void add_class(const mg_dataset *data, size_t k, mg_table *table) {
  if (data->class_names)
    mg_table_text(table, data->class_names[k]);
  else
    mg_table_size(table, k);
}

static mg_table *codes_table(const struct portrait *p) {
  const mg_dataset *data = p->fitted->data;
  mg_table *table = mg_table_alloc("label x y");
  for (size_t i = 0; table && i < p->rows.n; i++) {
    mg_table_row(table);
    if (data->labels)
      add_class(data, data->labels[p->rows.first + i], table);
    else
      mg_table_text(table, "");
    mg_table_real(table, gsl_matrix_get(p->z, i, p->axes[0]));
    mg_table_real(table, gsl_matrix_get(p->z, i, p->axes[1]));
  }
  return table;
}

static mg_table *classes_table(const mg_dataset *data) {
  mg_table *table = mg_table_alloc("label");
  for (size_t k = 0; table && data->labels && k < data->space.classes; k++) {
    mg_table_row(table);
    add_class(data, k, table);
  }
  return table;
}

static int fill_latent(const struct portrait *p, mg_figure *figure) {
  char text[TEXT_SIZE], note[2 * TEXT_SIZE];
  snprintf(note, sizeof note, "codes, the means of q(z | x)%s",
           choice(p, "", text, sizeof text));
  int status = portrait_title(p, figure, note);
  snprintf(note, sizeof note, "%zu rows of %s", p->rows.n, p->part);
  if (status == GSL_SUCCESS)
    status = mg_figure_text(figure, "note", note);
  if (status == GSL_SUCCESS)
    status = name_axis(figure, "x", p->axes[0]);
  if (status == GSL_SUCCESS)
    status = name_axis(figure, "y", p->axes[1]);
  if (status == GSL_SUCCESS)
    status = figure_give(figure, "codes", codes_table(p));
  return status == GSL_SUCCESS
             ? figure_give(figure, "classes", classes_table(p->fitted->data))
             : status;
}

/* What a square of the plane decodes to. */
static gsl_matrix *decoded_plane(const struct portrait *p, size_t side) {
  gsl_matrix *z = gsl_matrix_alloc(side * side, p->z->size2);
  if (z)
    mg_codes_plane(p->axes, reach, z);
  gsl_matrix *x = portrait_decode(p, z);
  gsl_matrix_free(z);
  return x;
}

static int title_plane(const struct portrait *p, mg_figure *figure) {
  char text[TEXT_SIZE], title[2 * TEXT_SIZE];
  snprintf(title, sizeof title, "decoded, z%zu, z%zu from -%g to %g%s",
           p->axes[0] + 1, p->axes[1] + 1, reach, reach,
           choice(p, "; others 0", text, sizeof text));
  return portrait_title(p, figure, title);
}

static int fill_plane_images(const struct portrait *p, mg_figure *figure) {
  char caption[TEXT_SIZE];
  gsl_matrix *x = decoded_plane(p, SIDE);
  snprintf(caption, sizeof caption, "z%zu to the right, z%zu up",
           p->axes[0] + 1, p->axes[1] + 1);
  int status = x ? title_plane(p, figure) : GSL_EFAILED;
  if (status == GSL_SUCCESS)
    status = portrait_panel(p, figure, 0, caption, x, SIDE);
  gsl_matrix_free(x);
  return status;
}

static void add_place(mg_table *table, const char *series, const gsl_matrix *x,
                      size_t row) {
  mg_table_row(table);
  mg_table_text(table, series);
  mg_table_real(table, gsl_matrix_get(x, row, 0));
  mg_table_real(table, gsl_matrix_get(x, row, 1));
}

/* The lines of a mesh along one of its two axes, a gap behind each. */
static void add_mesh(mg_table *table, size_t axis, bool upwards,
                     const gsl_matrix *x) {
  char series[TEXT_SIZE];
  snprintf(series, sizeof series, "along z%zu", axis + 1);
  for (size_t i = 0; i < MESH; i += MESH_STEP) {
    for (size_t j = 0; j < MESH; j++)
      add_place(table, series, x, upwards ? j * MESH + i : i * MESH + j);
    mg_table_row(table);
    mg_table_text(table, series);
    mg_table_real(table, 0);
    mg_table_real(table, NAN);
  }
}

/* The data as points, and the names of the axes. */
static int behind_points(const struct portrait *p, mg_figure *figure) {
  char *const *columns = p->fitted->data->columns;
  gsl_matrix *x = portrait_data(p, GSL_MIN(p->rows.n, PORTRAIT_POINTS));
  mg_table *table = mg_table_alloc("series x y");
  for (size_t i = 0; x && table && i < x->size1; i++)
    add_place(table, p->part, x, i);
  int status = x ? figure_give(figure, "points", table) : GSL_ENOMEM;
  if (status == GSL_SUCCESS)
    status = mg_figure_text(figure, "x", columns ? columns[0] : "x1");
  if (status == GSL_SUCCESS)
    status = mg_figure_text(figure, "y", columns ? columns[1] : "x2");
  gsl_matrix_free(x);
  return status;
}

static int fill_plane_mesh(const struct portrait *p, mg_figure *figure) {
  gsl_matrix *x = decoded_plane(p, MESH);
  mg_table *lines = x ? mg_table_alloc("series x y") : NULL;
  if (lines) {
    add_mesh(lines, p->axes[0], false, x);
    add_mesh(lines, p->axes[1], true, x);
  }
  int status = figure_give(figure, "lines", lines);
  if (status == GSL_SUCCESS)
    status = title_plane(p, figure);
  gsl_matrix_free(x);
  return status == GSL_SUCCESS ? behind_points(p, figure) : status;
}

/* ---- ways between two z ---- */

/* How many ways there are of n at most. */
static size_t ways(const struct portrait *p, size_t n) {
  const size_t pairs = (p->drawn ? p->z->size1 : p->rows.n) / 2;
  return GSL_MIN(pairs, n);
}

/* The z of a way of so many points from code 2 pair to the next: straight, or
 * where the prior draws. */
static void take_way(const struct portrait *p, size_t pair, gsl_matrix *z) {
  gsl_vector_const_view a = gsl_matrix_const_row(p->z, 2 * pair);
  gsl_vector_const_view b = gsl_matrix_const_row(p->z, 2 * pair + 1);
  (p->drawn ? mg_codes_turn : mg_codes_between)(&a.vector, &b.vector, z);
}

/* A line a way: a datum, the decoded z from its code to the other's, that
 * datum; without data where z are drawn. */
static gsl_matrix *ways_of_images(const struct portrait *p, size_t across) {
  const size_t pairs = ways(p, LINES), ends = p->drawn ? 0 : 1;
  gsl_matrix *data = portrait_data(p, p->drawn ? 1 : 2 * pairs);
  gsl_matrix *all = data ? portrait_room(p, pairs * across) : NULL;
  gsl_matrix *z = gsl_matrix_alloc(across - 2 * ends, p->z->size2);
  for (size_t i = 0; all && z && i < pairs; i++) {
    take_way(p, i, z);
    gsl_matrix *x = portrait_decode(p, z);
    for (size_t j = 0; x && j < across; j++) {
      const bool end = ends && (j == 0 || j == across - 1);
      gsl_vector_const_view row = gsl_matrix_const_row(
          end ? data : x, end ? 2 * i + (j > 0) : j - ends);
      gsl_matrix_set_row(all, i * across + j, &row.vector);
    }
    if (!x) {
      gsl_matrix_free(all);
      all = NULL;
    }
    gsl_matrix_free(x);
  }
  gsl_matrix_free(z);
  gsl_matrix_free(data);
  return all;
}

static int fill_ways_images(const struct portrait *p, mg_figure *figure) {
  gsl_matrix *x = ways_of_images(p, STEPS + 2);
  int status = x ? portrait_title(p, figure,
                                  p->drawn ? "from draw to draw through z"
                                           : "from datum to datum through z")
                 : GSL_EFAILED;
  if (status == GSL_SUCCESS)
    status = portrait_panel(p, figure, 0,
                            p->drawn ? "a quarter turn of z from left to right"
                                     : "first and last: data; between: decoded",
                            x, STEPS + 2);
  gsl_matrix_free(x);
  return status;
}

static int fill_ways_points(const struct portrait *p, mg_figure *figure) {
  char series[TEXT_SIZE];
  gsl_matrix *z = gsl_matrix_alloc(WAY, p->z->size2);
  mg_table *lines = mg_table_alloc("series x y");
  int status = z && lines ? GSL_SUCCESS : GSL_ENOMEM;
  for (size_t i = 0; status == GSL_SUCCESS && i < ways(p, WAYS); i++) {
    take_way(p, i, z);
    gsl_matrix *x = portrait_decode(p, z);
    snprintf(series, sizeof series, "way %zu", i + 1);
    for (size_t j = 0; x && j < WAY; j++)
      add_place(lines, series, x, j);
    status = x ? GSL_SUCCESS : GSL_EFAILED;
    gsl_matrix_free(x);
  }
  gsl_matrix_free(z);
  const int given = figure_give(figure, "lines", lines);
  if (status == GSL_SUCCESS)
    status = given;
  if (status == GSL_SUCCESS)
    status = portrait_title(p, figure,
                            p->drawn ? "decoded on a quarter turn of z"
                                     : "decoded on the way between two codes");
  return status == GSL_SUCCESS ? behind_points(p, figure) : status;
}

/* ---- far out ---- */

/* n lines of decoded z, a factor a column. */
static gsl_matrix *decoded_out(const struct portrait *p, size_t n,
                               const double *factor, size_t count) {
  gsl_rng *rng = portrait_stream(p, "plot/far");
  gsl_matrix *z =
      gsl_matrix_alloc(n * count, mg_codes_dim(portrait_decoder(p)));
  if (rng && z)
    mg_codes_out(rng, factor, count, z);
  gsl_matrix *x = rng ? portrait_decode(p, z) : NULL;
  gsl_matrix_free(z);
  gsl_rng_free(rng);
  return x;
}

static int fill_far_images(const struct portrait *p, mg_figure *figure) {
  gsl_matrix *x = decoded_out(p, LINES, factors, FACTORS);
  int status =
      x ? portrait_title(p, figure,
                         "decoded at z = r e, each line its e from the prior")
        : GSL_EFAILED;
  if (status == GSL_SUCCESS)
    status = portrait_panel(p, figure, 0,
                            "from left to right r = 0, 0.5, 1, 1.5, 2, 3, 4, 6",
                            x, FACTORS);
  gsl_matrix_free(x);
  return status;
}

static int fill_far_points(const struct portrait *p, mg_figure *figure) {
  static const double shown[] = {1, 2, 4};
  char title[TEXT_SIZE];
  gsl_matrix *data = portrait_data(p, GSL_MIN(p->rows.n, PORTRAIT_POINTS));
  int status =
      data ? portrait_panel(p, figure, 0, p->part, data, 0) : GSL_ENOMEM;
  for (size_t i = 0; status == GSL_SUCCESS && i < 3; i++) {
    gsl_matrix *x = decoded_out(p, PORTRAIT_POINTS, shown + i, 1);
    snprintf(title, sizeof title, "r = %g", shown[i]);
    status = x ? portrait_panel(p, figure, i + 1, title, x, 0) : GSL_EFAILED;
    gsl_matrix_free(x);
  }
  gsl_matrix_free(data);
  if (status == GSL_SUCCESS)
    status = mg_figure_number(figure, "panels", 4);
  return status == GSL_SUCCESS
             ? portrait_title(p, figure, "decoded at z = r e, e from the prior")
             : status;
}

/* ---- all of them ---- */

static const struct plot_kind kinds[] = {
    {"samples",
     "data, and draws from the model",
     SAMPLE | PICTURE,
     {"images", "scatter"},
     {fill_samples, fill_samples}},
    {"reconstruct",
     "data, and what their codes decode to",
     ENCODE | DECODE | PICTURE,
     {"images", "scatter"},
     {fill_reconstruct, fill_reconstruct}},
    {"latent",
     "codes of data on a plane of z, marked by class",
     ENCODE | CONTINUOUS | TWO,
     {"codes", "codes"},
     {fill_latent, fill_latent}},
    {"plane",
     "what that plane decodes to",
     CODES | DECODE | CONTINUOUS | TWO | PICTURE,
     {"images", "lines"},
     {fill_plane_images, fill_plane_mesh}},
    {"interpolate",
     "decoded on the way from one z to another",
     CODES | DECODE | CONTINUOUS | PICTURE | PAIR,
     {"images", "lines"},
     {fill_ways_images, fill_ways_points}},
    {"far",
     "decoded farther and farther out of the prior",
     DECODE | CONTINUOUS | PICTURE,
     {"images", "scatter"},
     {fill_far_images, fill_far_points}}};

const struct plot_kind *plot_kind_at(size_t i) {
  return i < sizeof kinds / sizeof *kinds ? &kinds[i] : NULL;
}

const char *plot_kind_name(const struct plot_kind *kind) {
  return kind->name;
}

const char *plot_kind_line(const struct plot_kind *kind) {
  return kind->line;
}

const char *plot_kind_cannot(const struct plot_kind *kind,
                             const struct portrait *p) {
  const mg_model_type *type = p->fitted->model->type;
  const mg_latent_ops *ops = portrait_decoder(p)->type->latent;
  const mg_space *space = portrait_space(p);
  const unsigned needs = kind->needs;
  if ((needs & SAMPLE) && !type->sample)
    return "the model cannot be drawn from";
  if ((needs & ENCODE) && p->drawn)
    return "z makes a datum, and no datum is put back into z";
  if (((needs & (ENCODE | CODES)) && !p->z) ||
      ((needs & DECODE) && !(ops && ops->decode)))
    return "the model has no latent variable to encode in or decode from";
  if ((needs & CONTINUOUS) && ops->discrete)
    return "the latent variable is the number of a component";
  if ((needs & TWO) && mg_codes_dim(portrait_decoder(p)) < 2)
    return "z has one dimension";
  if ((needs & PICTURE) && !is_image(space) && !is_plane(space))
    return "the data are neither images nor points of a plane";
  return (needs & PAIR) && p->rows.n < 2 ? "there is but one datum" : NULL;
}

int plot_kind_draw(const struct plot_kind *kind, const struct portrait *p,
                   struct gallery *gallery) {
  const bool points = !is_image(portrait_space(p));
  mg_figure *figure = mg_figure_alloc(kind->templates[points]);
  const int status = figure ? kind->fill[points](p, figure) : GSL_EFAILED;
  return figure_keep(gallery, figure, status, kind->name);
}
